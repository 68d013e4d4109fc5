/**
 * Hashes blocks, away from the page: each is read, hashed and forgotten before the next.
 *
 * Pages that are served without TLS have no crypto.subtle: there SHA-256 comes as WebAssembly.
 */

/** @typedef {{file: Blob, size: number}} Job size: of a block, bytes */

/** @type {(bytes: Uint8Array<ArrayBuffer>) => Promise<string>} */
let hash = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

if (!globalThis.crypto?.subtle) {
  await import(/** @type {string} */ ("../vendor/sha256.js"));
  hash = (bytes) => /** @type {any} */ (globalThis).hashwasm.sha256(bytes);
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

/**
 * A block without the NULs at its end: that is what the store hashes.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function trimmed(bytes) {
  let end = bytes.length;
  while (end && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/** What is read goes into the same memory again and again: what is let go would stay for a while. */
let buffer = new ArrayBuffer(0);

/**
 * Reads the block. It stands here for the browser's sake: Chromium takes away a reader that only a
 * waiting function knows, and the function then waits for ever.
 *
 * @type {ReadableStreamBYOBReader}
 */
let reader;

/**
 * @param {Blob} block
 * @returns {Promise<Uint8Array<ArrayBuffer>>} good until the next one is read
 */
async function read(block) {
  reader = block.stream().getReader({ mode: "byob" });
  let at = 0;
  while (at < block.size) {
    const { done, value } = await reader.read(new Uint8Array(buffer, at, block.size - at));
    if (done) throw new Error("the file is shorter than it was");
    buffer = value.buffer;
    at += value.byteLength;
  }
  reader.releaseLock();
  return new Uint8Array(buffer, 0, block.size);
}

/** @param {Job} job */
async function hashAll({ file, size }) {
  buffer = new ArrayBuffer(Math.min(size, file.size));
  for (let at = 0; at < file.size || at === 0; at += size) {
    const bytes = await read(file.slice(at, at + size));
    postMessage({ digest: await hash(trimmed(bytes)), bytes: bytes.length });
  }
  postMessage({ done: true });
}

/** @param {MessageEvent<Job>} event */
onmessage = ({ data }) => {
  hashAll(data).catch((error) => postMessage({ failed: String(error) }));
};

postMessage({ ready: true });

export {};
