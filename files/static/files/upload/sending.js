/**
 * How a file gets into the store: its hashmap first, then the blocks that the store asks for, three at
 * a time, then the hashmap again. A block is a slice of the file, which the browser reads as it sends.
 * The MD5 of a large file may be made later: nobody waits here for the store to read all of it again.
 */

import { ask, pathOf, refusalIn, Refusal } from "../core/api.js";
import { token } from "../core/token.js";

/**
 * @typedef {{account: string, container: string, name: string}} Target
 * @typedef {{file: File, digests: string[], blockSize: number}} Cut
 * @typedef {{missing(bytes: number): void, sent(bytes: number): void}} Progress sent: may be negative, when a block is sent again
 */

const AT_ONCE = 3;
const ROUNDS = 5;
/** From so many bytes on the store need not make the MD5 at once. */
const LONG = 64 * 1024 * 1024;

/** @type {Map<string, Promise<number>>} */
const sizes = new Map();

/**
 * @param {Target} target
 * @returns {Promise<number>} bytes of a block
 */
export function blockSizeOf({ account, container }) {
  const path = pathOf({ account, container });
  const known = sizes.get(path) ?? ask("HEAD", path).then((answer) => Number(answer.headers.get("X-Container-Block-Size")));
  sizes.set(path, known);
  known.catch(() => sizes.delete(path));
  return known;
}

/**
 * @param {Target} target
 * @param {Cut} cut
 * @param {{replace: boolean, signal: AbortSignal, progress: Progress}} options replace: whatever has the name
 * @throws {Refusal} 412: the name is taken
 */
export async function store(target, cut, { replace, signal, progress }) {
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": cut.file.type || "application/octet-stream" };
  if (!replace) headers["If-None-Match"] = "*";
  if (cut.file.size >= LONG) headers.Prefer = "respond-async";
  const body = JSON.stringify({ bytes: cut.file.size, hashes: cut.digests });
  for (let round = 0; ; round += 1) {
    const missing = await publish(target, headers, body, signal);
    if (!missing) return;
    if (round === ROUNDS) throw new Refusal(503, "blocks are missing again and again");
    await sendAll(target, cut, missing, signal, progress);
  }
}

/**
 * @param {Target} target
 * @param {Record<string, string>} headers
 * @param {string} body
 * @param {AbortSignal} signal
 * @returns {Promise<string[] | null>} the digests of blocks that are to be sent first
 */
async function publish(target, headers, body, signal) {
  try {
    await ask("PUT", pathOf(target), { query: { hashmap: "", format: "json" }, headers, body, signal });
    return null;
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 409)) throw error;
    const told = JSON.parse(error.body);
    if (!Array.isArray(told)) throw error;
    return told;
  }
}

/**
 * @param {Target} target
 * @param {Cut} cut
 * @param {string[]} missing
 * @param {AbortSignal} signal
 * @param {Progress} progress
 */
async function sendAll(target, { file, digests, blockSize }, missing, signal, progress) {
  const wanted = new Set(missing);
  /** @type {Blob[]} */
  const blocks = [];
  digests.forEach((digest, index) => {
    if (wanted.delete(digest)) blocks.push(file.slice(index * blockSize, (index + 1) * blockSize));
  });
  progress.missing(blocks.reduce((sum, block) => sum + block.size, 0));
  const path = `${pathOf({ account: target.account, container: target.container })}?update&format=json`;
  const one = async () => {
    for (let block = blocks.shift(); block; block = blocks.shift()) await send(path, block, signal, progress);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/**
 * @param {string} path
 * @param {Blob} block
 * @param {AbortSignal} signal
 * @param {Progress} progress
 */
async function send(path, block, signal, progress) {
  let answer = await post(path, block, await token(), signal, progress);
  if (answer.status === 401) answer = await post(path, block, await token({ renew: true }), signal, progress);
  if (answer.status >= 400) throw refusalIn(answer.status, answer.responseText);
}

/**
 * POST one block. Of fetch's requests nobody tells how far they are.
 *
 * @param {string} path
 * @param {Blob} block
 * @param {string} secret
 * @param {AbortSignal} signal
 * @param {Progress} progress
 * @returns {Promise<XMLHttpRequest>} with the answer
 */
function post(path, block, secret, signal, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let told = 0;
    const tell = (/** @type {number} */ bytes) => {
      progress.sent(bytes - told);
      told = bytes;
    };
    const failed = (/** @type {unknown} */ reason) => {
      tell(0);
      reject(reason);
    };
    request.open("POST", path);
    request.setRequestHeader("X-Auth-Token", secret);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => tell(Math.min(loaded, block.size));
    request.onload = () => {
      tell(request.status < 400 ? block.size : 0);
      resolve(request);
    };
    request.onerror = () => failed(new Refusal(0, ""));
    request.onabort = () => failed(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) failed(signal.reason);
    else request.send(block);
  });
}
