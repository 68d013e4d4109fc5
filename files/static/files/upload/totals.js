/** How far the queue is: bytes, speed, and the time that is left. */

import { isOver } from "./queue.js";

/** @typedef {import("./queue.js").Item} Item */

const WINDOW_MS = 5000;

/** @type {{at: number, bytes: number}[]} */
let samples = [];

/**
 * @param {Item[]} items
 * @returns {{files: number, over: number, bytes: number, done: number, here: number, speed: number, left: number}}
 *   done: bytes that are in the store; here: those that were there already; speed: bytes a second; left: seconds
 */
export function totalsOf(items) {
  const sum = (/** @type {(item: Item) => number} */ of) => items.reduce((all, item) => all + of(item), 0);
  const bytes = sum((item) => item.file.size);
  const here = sum(hereOf);
  const sent = sum((item) => item.sent);
  const done = sum(doneOf);
  const speed = speedOf(sent);
  const open = sum((item) => (isOver(item) ? 0 : item.file.size - doneOf(item)));
  return { files: items.length, over: items.filter(isOver).length, bytes, done, here, speed, left: speed ? open / speed : 0 };
}

/** @param {Item} item @returns {number} bytes that need not be sent */
export function hereOf({ missing, file }) {
  return missing < 0 ? 0 : Math.max(0, file.size - missing);
}

/** @param {Item} item */
export function doneOf(item) {
  if (item.stage === "done") return item.file.size;
  return item.missing < 0 ? 0 : hereOf(item) + Math.min(item.sent, item.missing);
}

/** @param {number} bytes sent in all */
function speedOf(bytes) {
  const now = performance.now();
  samples = [...samples.filter(({ at, bytes: before }) => now - at < WINDOW_MS && before <= bytes), { at: now, bytes }];
  const [first] = samples;
  return now - first.at > 500 ? ((bytes - first.bytes) * 1000) / (now - first.at) : 0;
}
