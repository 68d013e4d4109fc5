/** What is in a folder, a page at a time, as the store lists it. */

import { json, pathOf } from "../core/api.js";
import { below } from "../core/names.js";

/**
 * @typedef {{
 *   kind: "folder" | "file", key: string, name: string, label: string,
 *   size: number, type: string, modified: number, hash: string, marked: boolean,
 * }} Entry
 *   name: of a file its whole name, of a folder the prefix that ends with a slash; label: what comes
 *   behind the folder it is in; modified: milliseconds since 1970, 0 is not known; marked: the folder
 *   is also an object of its own
 * @typedef {{subdir?: string, name: string, bytes: number, content_type: string, last_modified: string, hash: string}} Row
 * @typedef {{account: string, container: string, prefix: string, at?: string, meta?: string, text?: string, deep?: boolean}} Place
 *   at: the moment that is looked at; text: how names go on behind the prefix; deep: names at any depth
 */

export const PAGE = 1000;
/** So many can be sorted by something other than their names. */
export const SORTABLE = 10_000;

const FOLDER = /^application\/(directory|folder)\b/;

export class Listing {
  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    /** @type {Entry[]} */
    this.entries = [];
    this.done = false;
    this.marker = "";
    /** @type {unknown} */
    this.error = null;
    /** @type {Promise<void> | null} */
    this.loading = null;
    /** @type {Map<string, number>} where in entries a folder is */
    this.folders = new Map();
    this.ended = new AbortController();
  }

  /** Fetch the next page; an error is kept, and the next call tries again. */
  more() {
    if (!this.done) this.loading ??= this.#fetch().finally(() => (this.loading = null));
    return this.loading ?? Promise.resolve();
  }

  /**
   * Fetch pages until there are so many entries, or no more.
   *
   * @param {number} count
   */
  async upTo(count) {
    while (!this.done && !this.error && this.entries.length < count) await this.more();
  }

  end() {
    this.ended.abort();
  }

  async #fetch() {
    const { account, container, prefix, at, meta, text = "", deep } = this.place;
    /** @type {Record<string, string>} */
    const query = { limit: String(PAGE), prefix: prefix + text };
    if (!deep) query.delimiter = "/";
    if (this.marker) query.marker = this.marker;
    if (at) query.until = at;
    if (meta) query.meta = meta;
    this.error = null;
    try {
      const rows = await json(pathOf({ account, container }, { swift: true }), query, this.ended.signal);
      rows.forEach((/** @type {Row} */ row) => this.#add(row));
      this.done = rows.length < PAGE;
      const last = rows.at(-1);
      if (last) this.marker = last.subdir ?? last.name;
    } catch (error) {
      this.error = error;
    }
  }

  /** @param {Row} row */
  #add(row) {
    const entry = entryOf(row, this.place.prefix);
    if (!entry.label) return; // the object that marks this very folder
    const known = entry.kind === "folder" ? this.folders.get(entry.name) : undefined;
    if (known !== undefined) {
      this.entries[known] = { ...this.entries[known], marked: true };
      return;
    }
    if (entry.kind === "folder") this.folders.set(entry.name, this.entries.length);
    this.entries.push(entry);
  }
}

/**
 * @param {Row} row of a listing in JSON
 * @param {string} prefix of the folder that is listed
 * @returns {Entry}
 */
export function entryOf(row, prefix) {
  if (row.subdir !== undefined) return folder(row.subdir, prefix, false);
  if (FOLDER.test(row.content_type)) return folder(row.name.endsWith("/") ? row.name : `${row.name}/`, prefix, true, row);
  return {
    kind: "file",
    key: `f:${row.name}`,
    name: row.name,
    label: below(row.name, prefix),
    size: row.bytes,
    type: row.content_type ?? "",
    modified: timeOf(row.last_modified),
    hash: row.hash ?? "",
    marked: false,
  };
}

/**
 * @param {string} name
 * @param {string} prefix
 * @param {boolean} marked
 * @param {Row} [row]
 * @returns {Entry}
 */
export function folder(name, prefix, marked, row) {
  const label = below(name, prefix);
  return {
    kind: "folder",
    key: `d:${name}`,
    name,
    label: label.length > 1 ? label.replace(/\/$/, "") : label,
    size: 0,
    type: "",
    modified: row ? timeOf(row.last_modified) : 0,
    hash: "",
    marked,
  };
}

/** @param {string | undefined} text a time in UTC, with or without its zone */
export function timeOf(text) {
  if (!text) return 0;
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`) || 0;
}
