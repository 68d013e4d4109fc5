/**
 * Move, copy, delete and make. Each returns how to undo it.
 *
 * A folder is what its name and a slash begin. The store moves one with the object of that name, which
 * marks it; where a file has the name, the folder's objects are moved one by one.
 */

import { ask, inHeader, json, pathOf, Refusal } from "../core/api.js";
import { momentsOf, restore } from "../time/past.js";
import { lastVersion } from "./versions.js";

/**
 * @typedef {import("../find/listing.js").Entry} Entry
 * @typedef {{account: string, container: string}} Home
 * @typedef {() => Promise<void>} Undo
 */

const MARK = "application/directory";
const FOLDER = /^application\/(directory|folder)\b/;
const BATCH = 5000;
const AT_ONCE = 6;
const JUST_AFTER = 0.000001; // seconds: what began at a moment is there from then on

/** @param {string} prefix @returns {string} the object that marks a folder; "" cannot be one */
const rootOf = (prefix) => prefix.slice(0, -1);

/**
 * @param {Home} home
 * @param {string} name
 * @returns {Promise<Headers | null>} null: there is none
 */
export async function headOf(home, name) {
  try {
    return (await ask("HEAD", pathOf({ ...home, name }))).headers;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

/**
 * @param {Home} home
 * @param {string} prefix
 * @returns {Promise<boolean>} whether there is anything of this name, file or folder
 */
export async function isTaken(home, prefix) {
  const root = rootOf(prefix);
  if (root && (await headOf(home, root))) return true;
  const rows = await json(pathOf(home, { swift: true }), { prefix, limit: "1" });
  return rows.length > 0;
}

/**
 * @param {Home} home
 * @param {string} prefix
 * @returns {Promise<Undo>}
 */
export async function makeFolder(home, prefix) {
  const headers = { "Content-Type": MARK, "If-None-Match": "*" };
  const path = pathOf({ ...home, name: rootOf(prefix) });
  await ask("PUT", path, { headers, body: new Blob([]) });
  return async () => void (await ask("DELETE", path));
}

/**
 * See to it that a folder has its mark.
 *
 * @param {Home} home
 * @param {string} prefix
 * @returns {Promise<boolean>} false: it can have none, a file has its name
 */
async function marked(home, prefix) {
  const root = rootOf(prefix);
  if (!root) return false;
  const head = await headOf(home, root);
  if (!head) await makeFolder(home, prefix);
  return !head || FOLDER.test(head.get("Content-Type") ?? "");
}

/**
 * @param {Home} home
 * @param {string} prefix
 * @returns {Promise<string[]>} all names below
 */
export async function namesBelow(home, prefix) {
  /** @type {string[]} */
  const names = [];
  for (let marker = ""; ; marker = names[names.length - 1]) {
    const rows = await json(pathOf(home, { swift: true }), { prefix, marker, limit: String(BATCH) });
    names.push(...rows.map((/** @type {{name: string}} */ row) => row.name));
    if (rows.length < BATCH) return names;
  }
}

/**
 * @param {"MOVE" | "COPY"} verb
 * @param {Home} from
 * @param {string} name
 * @param {Home} to
 * @param {string} target
 * @param {{folder?: boolean}} [options]
 */
async function send(verb, from, name, to, target, { folder = false } = {}) {
  if (folder) {
    const headers = { Destination: inHeader({ ...to, name: target }), "Destination-Account": encodeURIComponent(to.account) };
    await ask(verb, pathOf({ ...from, name }), { headers, query: { delimiter: "/" } });
    return;
  }
  // In this form the condition is about the name that is written to.
  const source = verb === "MOVE" ? "X-Move-From" : "X-Copy-From";
  const headers = { [source]: inHeader({ ...from, name }), "X-Source-Account": encodeURIComponent(from.account), "If-None-Match": "*" };
  await ask("PUT", pathOf({ ...to, name: target }), { headers });
}

/**
 * Move or copy a file or folder; what has the name already is left as it is.
 *
 * @param {"MOVE" | "COPY"} verb
 * @param {Home} from
 * @param {Entry} entry
 * @param {Home} to
 * @param {string} target its name there; of a folder with its slash
 * @returns {Promise<Undo>}
 * @throws {Refusal} 412: there is one of this name
 */
export async function carry(verb, from, entry, to, target) {
  if (entry.kind === "file") {
    await send(verb, from, entry.name, to, target);
    if (verb === "MOVE") return () => send("MOVE", to, target, from, entry.name);
    return async () => void (await ask("DELETE", pathOf({ ...to, name: target })));
  }
  if (await isTaken(to, target)) throw new Refusal(412, target);
  if (await marked(from, entry.name)) {
    await send(verb, from, rootOf(entry.name), to, rootOf(target), { folder: true });
  } else {
    for (const name of await namesBelow(from, entry.name)) await send(verb, from, name, to, target + name.slice(entry.name.length));
  }
  if (verb === "COPY") return async () => void (await removeFolder(to, target));
  const moved = { ...entry, name: target };
  return async () => void (await carry("MOVE", to, moved, from, entry.name));
}

/**
 * @param {Home} home
 * @param {Entry} entry
 * @returns {Promise<Undo>}
 */
export async function remove(home, entry) {
  if (entry.kind === "folder") return removeFolder(home, entry.name);
  const path = pathOf({ ...home, name: entry.name });
  const version = (await ask("HEAD", path)).headers.get("X-Object-Version") ?? "";
  await ask("DELETE", path);
  return () => bringBack(home, entry.name, version);
}

/**
 * Make an older version of a name the current one.
 *
 * @param {Home} home
 * @param {string} name
 * @param {string} version
 */
export async function bringBack(home, name, version) {
  const headers = { Destination: inHeader({ ...home, name }), "X-Source-Version": version };
  await ask("COPY", pathOf({ ...home, name }), { headers });
}

/**
 * @param {Home} home
 * @param {string} prefix
 * @returns {Promise<Undo>}
 */
async function removeFolder(home, prefix) {
  const undo = await backToNow(home, prefix);
  if (!(await marked(home, prefix))) {
    const names = await namesBelow(home, prefix);
    await each(names, (name) => ask("DELETE", pathOf({ ...home, name })));
    return undo;
  }
  const root = rootOf(prefix);
  await ask("DELETE", pathOf({ ...home, name: root }), { query: { delimiter: "/" } });
  return async () => {
    await undo();
    await bringBack(home, root, await lastVersion(home, root));
  };
}

/**
 * @param {Home} home
 * @param {string} prefix
 * @returns {Promise<Undo>} makes all below what it is now, by one request; what is new by then stays
 * @throws {Refusal} of the undoing, 404: nothing came back, as the container keeps no history
 */
async function backToNow(home, prefix) {
  const { last } = await momentsOf(home, "", { buckets: 1 });
  const some = await json(pathOf(home, { swift: true }), { prefix, limit: "1" });
  return async () => {
    const back = await restore(home, prefix, (last ?? 0) + JUST_AFTER, { keepNewer: true });
    if (some.length && !back.recreated && !back.restored) throw new Refusal(404, prefix);
  };
}

/**
 * Do it for each of many, some at a time.
 *
 * @template T
 * @param {T[]} all
 * @param {(one: T) => Promise<unknown>} act
 */
export async function each(all, act) {
  const left = [...all];
  const one = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
