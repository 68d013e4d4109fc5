/** What the store tells of a folder's past, and how it goes back there. */

import { ask, json, pathOf } from "../core/api.js";

/**
 * @typedef {import("../work/operations.js").Home} Home
 * @typedef {{from: number, to: number, changes: number, added: number, removed: number, bytes: number}} Bucket
 * @typedef {{first: number | null, last: number | null, buckets: Bucket[]}} Moments times: seconds since 1970
 * @typedef {{
 *   change: "added" | "changed" | "metadata" | "moved" | "removed", name: string, from: string | null, uuid: string,
 *   bytes: number | null, bytes_before: number | null, version: number | null, version_before: number | null,
 *   modified: string | null, modified_by: string | null,
 * }} Change
 * @typedef {{restored: number, recreated: number, removed: number, kept: number, unchanged: number, bytes_before: number, bytes_after: number, moment: number | string}} Restored
 */

/** So many are told at once. */
export const MOST_CHANGES = 1000;

/**
 * @param {{account: string, container?: string}} where
 * @param {string} prefix
 * @param {{since?: number, until?: number, buckets?: number}} [span]
 * @returns {Promise<Moments>}
 */
export function momentsOf(where, prefix, { since, until, buckets = 100 } = {}) {
  /** @type {Record<string, string>} */
  const query = { moments: "", buckets: String(buckets) };
  if (prefix) query.prefix = prefix;
  if (since !== undefined) query.since = String(since);
  if (until !== undefined) query.until = String(until);
  return json(pathOf(where), query);
}

/**
 * @param {Home} home
 * @param {string} prefix
 * @param {number} since
 * @param {number} [until]
 * @returns {Promise<Change[]>} a thousand at most
 */
export function changesOf(home, prefix, since, until) {
  /** @type {Record<string, string>} */
  const query = { changes: "", format: "json", since: String(since), limit: String(MOST_CHANGES) };
  if (prefix) query.prefix = prefix;
  if (until !== undefined) query.until = String(until);
  return json(pathOf(home), query);
}

/**
 * Make what is below a prefix what it was.
 *
 * @param {Home} home
 * @param {string} prefix
 * @param {string | number} at seconds since 1970
 * @param {{rehearse?: boolean, keepNewer?: boolean}} [options]
 * @returns {Promise<Restored>}
 */
export async function restore(home, prefix, at, { rehearse = false, keepNewer = false } = {}) {
  /** @type {Record<string, string>} */
  const query = { restore: "", until: String(at) };
  if (prefix) query.prefix = prefix;
  if (rehearse) query.rehearse = "";
  if (keepNewer) query["keep-newer"] = "";
  return (await ask("POST", pathOf(home), { query })).json();
}
