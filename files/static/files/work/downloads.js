/** Files leave by a URL that is good for a minute, folders as an archive. */

import { ask, pathOf } from "../core/api.js";

/**
 * @typedef {import("../find/listing.js").Entry} Entry
 * @typedef {import("./operations.js").Home} Home
 */

/**
 * Return a URL without a token, for one object and a minute.
 *
 * @param {Home} home
 * @param {string} name
 * @param {{version?: string, disposition?: "inline" | "attachment"}} [options]
 */
export async function signedUrl(home, name, { version, disposition = "inline" } = {}) {
  const body = JSON.stringify({ method: "GET", disposition, ...(version ? { version: Number(version) } : {}) });
  const headers = { "Content-Type": "application/json" };
  const answer = await ask("POST", pathOf({ ...home, name }), { query: { "signed-url": "" }, headers, body });
  return /** @type {string} */ ((await answer.json()).url);
}

/**
 * Have the browser save what a URL gives.
 *
 * @param {string} url
 * @param {string} name
 */
function save(url, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * @param {Home} home
 * @param {string} name
 * @param {string} label what it is called on the disk
 * @param {string} [version]
 */
export async function downloadFile(home, name, label, version) {
  save(await signedUrl(home, name, { version, disposition: "attachment" }), label);
}

/**
 * Save a folder, or what is chosen, as one archive.
 *
 * The browser keeps what comes on its disk until it is whole: the token is in no URL.
 *
 * @param {Home} home
 * @param {string} prefix the folder
 * @param {Entry[]} entries none is all of it
 * @param {string} label
 * @param {string} [at] the moment that is looked at
 */
export async function downloadArchive(home, prefix, entries, label, at) {
  const query = { zip: "", ...(prefix ? { prefix } : {}), ...(at ? { until: at } : {}) };
  const names = JSON.stringify(entries.map((entry) => entry.name));
  const headers = { "Content-Type": "application/json" };
  const answer = entries.length ? await ask("POST", pathOf(home), { query, headers, body: names }) : await ask("GET", pathOf(home), { query });
  const url = URL.createObjectURL(await answer.blob());
  save(url, `${label}.zip`);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
