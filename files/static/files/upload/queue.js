/** The files that are on their way, some at a time; what goes wrong is said at the file. */

import { Refusal } from "../core/api.js";
import { lastOf, numbered } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { store as state } from "../core/store.js";
import { SessionOver } from "../core/token.js";
import { open } from "../shell/dialog.js";
import { Conflict } from "../work/dialogs.js";
import { digestsOf } from "./hashing.js";
import { blockSizeOf, store } from "./sending.js";

/**
 * @typedef {"waiting" | "hashing" | "sending" | "paused" | "network" | "session" | "done" | "skipped" | "failed"} Stage
 * @typedef {import("../work/dialogs.js").Answer["choice"]} Choice
 * @typedef {{always: Choice | ""}} Batch what was answered for all files that were brought together
 * @typedef {{
 *   id: number, file: File, account: string, container: string, name: string, batch: Batch, stage: Stage,
 *   hashed: number, missing: number, sent: number, error: string,
 *   digests: string[] | null, replace: boolean, stop: AbortController,
 * }} Item hashed, missing, sent: bytes; missing: what the store lacks, -1 is not known
 */

const FILES_AT_ONCE = 2;
const LONGEST_WAIT_MS = 15_000;
const REFRESH_MS = 1000;

/** @type {Item[]} */
export const items = [];
let running = 0;
let last = 0;
let refresh = 0;
/** @type {Promise<unknown>} */
let asked = Promise.resolve();

/** Tell the page, once for each picture of it. */
let told = false;
function tell() {
  if (told) return;
  told = true;
  requestAnimationFrame(() => {
    told = false;
    state.set({ uploads: state.state.uploads + 1 });
  });
}

/**
 * Take files into the queue.
 *
 * @param {{file: File, path: string}[]} files path: below the folder
 * @param {{account: string, container: string, prefix: string}} folder
 */
export function enqueue(files, { account, container, prefix }) {
  /** @type {Batch} */
  const batch = { always: "" };
  for (const { file, path } of files) {
    const name = prefix + path;
    items.push({ id: (last += 1), file, account, container, name, batch, stage: "waiting", hashed: 0, missing: -1, sent: 0, error: "", digests: null, replace: false, stop: new AbortController() });
  }
  tell();
  next();
}

function next() {
  while (running < FILES_AT_ONCE) {
    const item = items.find((each) => each.stage === "waiting");
    if (!item) return;
    running += 1;
    item.stage = "hashing";
    run(item).finally(() => {
      running -= 1;
      tell();
      next();
    });
  }
}

/** @param {Item} item */
async function run(item) {
  const { signal } = item.stop; // who goes on after a pause has another one
  for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      await attempt(item, signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(await later(item, signal, error, wait))) return;
    }
  }
}

/**
 * @param {Item} item
 * @param {AbortSignal} signal
 */
async function attempt(item, signal) {
  const blockSize = await blockSizeOf(item);
  signal.throwIfAborted();
  if (!item.digests) {
    item.stage = "hashing";
    item.hashed = 0;
    item.digests = await digestsOf(item.file, blockSize, signal, (bytes) => {
      item.hashed += bytes;
      tell();
    });
  }
  item.stage = "sending";
  item.missing = -1;
  item.sent = 0;
  const progress = {
    missing: (/** @type {number} */ bytes) => void (item.missing = Math.max(item.missing, 0) + bytes),
    sent: (/** @type {number} */ bytes) => {
      item.sent += bytes;
      tell();
    },
  };
  await store(item, { file: item.file, digests: item.digests, blockSize }, { replace: item.replace, signal, progress });
  item.missing = Math.max(item.missing, 0);
  item.stage = "done";
  listAgain();
}

/**
 * Decide what an error means for a file.
 *
 * @param {Item} item
 * @param {AbortSignal} signal
 * @param {unknown} error
 * @param {number} wait milliseconds
 * @returns {Promise<boolean>} whether it is tried again
 */
async function later(item, signal, error, wait) {
  const status = error instanceof Refusal ? error.status : -1;
  if (status === 412) return taken(item);
  if (error instanceof SessionOver) return pauseFor(item, signal, "session", wait);
  if (status === 0 || status === 503 || status === 429) return pauseFor(item, signal, "network", wait);
  item.stage = "failed";
  item.error = sentence(error);
  return false;
}

/**
 * @param {Item} item
 * @param {AbortSignal} signal
 * @param {"network" | "session"} stage
 * @param {number} wait milliseconds
 */
async function pauseFor(item, signal, stage, wait) {
  item.stage = stage;
  tell();
  await new Promise((resolve) => {
    const goOn = () => {
      window.removeEventListener("online", goOn);
      end();
      resolve(undefined);
    };
    const end = state.subscribe(() => stage === "session" && state.state.session === "open" && goOn());
    window.addEventListener("online", goOn);
    signal.addEventListener("abort", goOn, { once: true });
    if (stage === "network") setTimeout(goOn, wait);
  });
  return !signal.aborted;
}

/**
 * The name is taken: ask, one question at a time.
 *
 * @param {Item} item
 * @returns {Promise<boolean>} whether it is tried again
 */
async function taken(item) {
  const question = asked.then(() => item.batch.always || answered(item));
  asked = question;
  const choice = await question;
  if (choice === "skip") item.stage = "skipped";
  else if (choice === "replace") item.replace = true;
  else item.name = await free(item);
  return choice !== "skip";
}

/**
 * @param {Item} item
 * @returns {Promise<Choice>}
 */
async function answered(item) {
  const { keepsHistory } = await import("../work/versions.js");
  const lost = !(await keepsHistory(item));
  const dialog = new Conflict();
  Object.assign(dialog, { lost, name: lastOf(item.name), more: items.some((each) => each !== item && each.batch === item.batch && !isOver(each)) });
  const answer = (await open(dialog)) ?? { choice: /** @type {Choice} */ ("skip"), all: false };
  if (answer.all) item.batch.always = answer.choice;
  return answer.choice;
}

/**
 * @param {Item} item
 * @returns {Promise<string>} a name beside it that nobody has
 */
async function free({ account, container, name }) {
  const { headOf } = await import("../work/operations.js");
  for (let number = 2; ; number += 1) {
    const other = numbered(name, number);
    if (!(await headOf({ account, container }, other))) return other;
  }
}

function listAgain() {
  if (refresh) return;
  refresh = window.setTimeout(() => {
    refresh = 0;
    state.touch();
  }, REFRESH_MS);
}

/** @param {Item} item */
export function isOver({ stage }) {
  return stage === "done" || stage === "skipped" || stage === "failed";
}

/** @param {Item} item */
export function pause(item) {
  if (isOver(item) || item.stage === "paused") return;
  item.stop.abort();
  item.stage = "paused";
  tell();
}

/** Go on, or try again what has failed. @param {Item} item */
export function resume(item) {
  if (item.stage !== "paused" && item.stage !== "failed") return;
  Object.assign(item, { stage: "waiting", error: "", stop: new AbortController() });
  tell();
  next();
}

/** @param {Item} item */
export function cancel(item) {
  item.stop.abort();
  items.splice(items.indexOf(item), 1);
  tell();
}

export function clear() {
  const left = items.filter((item) => !isOver(item));
  items.splice(0, items.length, ...left);
  tell();
}
