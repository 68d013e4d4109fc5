/** Asks the worker for the digests of a file's blocks. */

/**
 * @param {Blob} file
 * @param {number} size of a block, bytes
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} progress is told of each block
 * @returns {Promise<string[]>} a digest for each block; of an empty file, that of nothing
 */
export function digestsOf(file, size, signal, progress) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./hash_worker.js", import.meta.url), { type: "module" });
    /** @type {string[]} */
    const digests = [];
    const end = (/** @type {() => void} */ then) => {
      worker.terminate();
      signal.removeEventListener("abort", aborted);
      then();
    };
    const aborted = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", aborted);
    worker.onerror = (event) => end(() => reject(new Error(event.message || "the hashing worker did not start")));
    worker.onmessage = ({ data }) => {
      if (data.ready) worker.postMessage({ file, size });
      else if (data.failed) end(() => reject(new Error(data.failed)));
      else if (data.done) end(() => resolve(digests));
      else {
        digests.push(data.digest);
        progress(data.bytes);
      }
    };
  });
}
