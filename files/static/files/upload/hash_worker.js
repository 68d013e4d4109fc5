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

/** @param {Job} job */
async function hashAll({ file, size }) {
  for (let at = 0; at < file.size || at === 0; at += size) {
    const bytes = new Uint8Array(await file.slice(at, at + size).arrayBuffer());
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
