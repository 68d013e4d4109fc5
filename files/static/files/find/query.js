/** A search as the address tells it: names, a kind of content, and metadata. */

/**
 * @typedef {import("./listing.js").Entry} Entry
 * @typedef {import("./listing.js").Place} Place
 * @typedef {import("../core/router.js").Route} Route
 * @typedef {{key: string, operator: string, value: string}} Condition operator: "" is there, "!" is not
 */

/** @type {Record<string, RegExp>} */
const KINDS = {
  image: /^image\//,
  sound: /^audio\//,
  film: /^video\//,
  text: /^text\/|json|xml|javascript|pdf|msword|document/,
  archive: /zip|tar|gzip|compress|7z|rar/,
};

export const KIND_NAMES = Object.keys(KINDS);
export const OPERATORS = ["", "!", "=", "!=", "<", "<=", ">", ">="];

/** @param {Record<string, string>} query */
export function isSearch({ find, type, meta }) {
  return Boolean(find || type || meta);
}

/**
 * @param {Route} route
 * @returns {Place}
 */
export function placeOf({ account, container, prefix, query }) {
  const { at, find, meta } = query;
  return { account, container, prefix, at, meta, text: find, deep: isSearch(query) };
}

/**
 * Return what decides of an entry where the store does not: by type. Folders are not searched for.
 *
 * @param {Route} route
 * @returns {((entry: Entry) => boolean) | undefined}
 */
export function wantedOf({ query }) {
  if (!isSearch(query)) return undefined;
  const kind = KINDS[query.type ?? ""];
  return (entry) => !kind || (entry.kind === "file" && kind.test(entry.type));
}

/** @param {Condition[]} conditions @returns {string} as the store reads them */
export function inMeta(conditions) {
  return conditions
    .filter(({ key }) => key.trim())
    .map(({ key, operator, value }) => part(key.trim(), operator, value.trim()))
    .join(",");
}

/**
 * @param {string} key
 * @param {string} operator
 * @param {string} value
 */
function part(key, operator, value) {
  if (operator === "" || operator === "!") return operator + encodeURIComponent(key);
  return encodeURIComponent(key) + operator + encodeURIComponent(value);
}

/** @param {string} meta @returns {Condition[]} */
export function conditionsOf(meta) {
  return meta
    .split(",")
    .filter(Boolean)
    .map((each) => {
      if (each.startsWith("!")) return { key: decodeURIComponent(each.slice(1)), operator: "!", value: "" };
      const [, key, operator = "", value = ""] = each.match(/^([^=!<>]*)(!=|<=|>=|=|<|>)?(.*)$/s) ?? [];
      return { key: decodeURIComponent(key ?? ""), operator, value: decodeURIComponent(value) };
    });
}
