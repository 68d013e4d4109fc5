/** Names of objects: a path in the store is kept as it is, byte for byte. */

const SEPARATOR = "/";

/**
 * Percent-encode the parts of a path, and join them.
 *
 * @param {string[]} parts
 */
export function encodePath(parts) {
  const encoded = parts.map(encodeURIComponent);
  // A browser would resolve a part of one or two dots before it asks; behind %2F it does not.
  return encoded.some((each) => /^\.{1,2}$/.test(each)) ? encoded.join("%2F") : encoded.join(SEPARATOR);
}

/**
 * Return what comes behind the folder in a name.
 *
 * @param {string} name
 * @param {string} prefix
 */
export function below(name, prefix) {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/**
 * Return the folder that a folder or file is in: "" or a prefix that ends with a slash.
 *
 * @param {string} name of a file, or a prefix that ends with a slash
 */
export function parentOf(name) {
  if (name.length < 2) return "";
  const end = name.endsWith(SEPARATOR) ? name.length - 2 : name.length - 1;
  return name.slice(0, name.lastIndexOf(SEPARATOR, end) + 1);
}

/**
 * Return the last part of a name, as people read it.
 *
 * @param {string} name of a file, or a prefix that ends with a slash
 */
export function lastOf(name) {
  const rest = name.slice(parentOf(name).length);
  return rest.length > 1 && rest.endsWith(SEPARATOR) ? rest.slice(0, -1) : rest;
}

/**
 * Return each folder on the way to one, the nearest last.
 *
 * @param {string} prefix
 * @returns {{prefix: string, label: string}[]}
 */
export function trail(prefix) {
  const found = [];
  for (let at = prefix; at; at = parentOf(at)) found.unshift({ prefix: at, label: lastOf(at) });
  return found;
}

/** @param {string} name @returns {string} what would turn its letters round, as of gpj.exe into exe.jpg, is seen as itself */
export function readable(name) {
  return name.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** @param {string} name */
export function bytesOf(name) {
  return new TextEncoder().encode(name).length;
}

/**
 * Return another name beside one that is taken: "a.txt" is "a (2).txt".
 *
 * @param {string} name
 * @param {number} number
 */
export function numbered(name, number) {
  const start = name.length - lastOf(name).length;
  const dot = name.lastIndexOf(".");
  const at = dot > start ? dot : name.length;
  return `${name.slice(0, at)} (${number})${name.slice(at)}`;
}
