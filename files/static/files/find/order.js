/** The order of entries, where all of them are known; else it is the store's own, by name. */

import { store } from "../core/store.js";

/**
 * @typedef {import("./listing.js").Entry} Entry
 * @typedef {"name" | "size" | "modified"} By
 * @typedef {{by: By, down: boolean}} Order
 */

/** @param {string | undefined} text "size", "-size" and so on @returns {Order} */
export function orderOf(text) {
  const by = (text ?? "").replace(/^-/, "");
  const known = by === "size" || by === "modified" ? by : "name";
  return { by: known, down: (text ?? "").startsWith("-") };
}

/** @param {Order} order */
export function inAddress({ by, down }) {
  return by === "name" && !down ? "" : `${down ? "-" : ""}${by}`;
}

/**
 * @param {Entry[]} entries
 * @param {Order} order
 * @returns {Entry[]} folders first
 */
export function sorted(entries, { by, down }) {
  const { compare } = new Intl.Collator(store.state.language, { numeric: true });
  const way = down ? -1 : 1;
  return [...entries].sort(
    (a, b) =>
      Number(b.kind === "folder") - Number(a.kind === "folder") ||
      (by === "name" ? 0 : way * (a[by] - b[by])) ||
      (by === "name" ? way : 1) * (compare(a.label, b.label) || (a.label < b.label ? -1 : 1)),
  );
}
