/** The versions of a name: which there are, and which one was there at a moment. */

import { ask, pathOf } from "../core/api.js";

/**
 * @typedef {import("./operations.js").Home} Home
 * @typedef {{number: string, from: number}} Version number: of the store; from: seconds since 1970
 */

/**
 * @param {Home} home
 * @returns {Promise<boolean>} whether what is overwritten or deleted there can be had again
 */
export async function keepsHistory(home) {
  const { headers } = await ask("HEAD", pathOf(home));
  return headers.get("X-Container-Policy-Versioning") !== "none";
}

/**
 * @param {Home} home
 * @param {string} name
 * @returns {Promise<Version[]>} the oldest first
 */
export async function versionsOf(home, name) {
  const answer = await ask("GET", pathOf({ ...home, name }), { query: { version: "list", format: "json" } });
  /** @type {{versions: [number, string][]}} */
  const { versions } = await answer.json();
  return versions.map(([number, from]) => ({ number: String(number), from: Number(from) }));
}

/**
 * @param {Home} home
 * @param {string} name
 * @returns {Promise<string>} the number of the newest version, also of a name that was deleted
 */
export async function lastVersion(home, name) {
  return (await versionsOf(home, name)).at(-1)?.number ?? "";
}

/**
 * @param {Home} home
 * @param {string} name
 * @param {number} at seconds since 1970
 * @returns {Promise<string>} the number of the version; "" if there was none
 */
export async function versionAt(home, name, at) {
  const before = (await versionsOf(home, name)).filter(({ from }) => from < at);
  return before.at(-1)?.number ?? "";
}
