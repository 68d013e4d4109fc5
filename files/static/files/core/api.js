/** The store, as any client asks it: the public API and nothing else. */

import { encodePath } from "./names.js";
import { token } from "./token.js";

/**
 * @typedef {{account: string, container?: string, name?: string}} Path
 * @typedef {{query?: Record<string, string>, headers?: Record<string, string>, body?: BodyInit, signal?: AbortSignal}} Options
 */

/** What the store has refused. */
export class Refusal extends Error {
  /**
   * @param {number} status 0: it was not reached
   * @param {string} told what the store said
   * @param {string} body
   */
  constructor(status, told, body = "") {
    super(told);
    this.status = status;
    this.body = body;
  }
}

/**
 * Return the path of a resource. Swift's dialect takes prefixes as they are, also "/".
 *
 * @param {Path} path
 * @param {{swift?: boolean}} [dialect]
 */
export function pathOf({ account, container, name }, { swift = false } = {}) {
  const whose = `/v1/${swift ? "AUTH_" : ""}${encodeURIComponent(account)}`;
  if (container === undefined) return whose;
  return `${whose}/${encodePath([container, ...(name === undefined ? [] : name.split("/"))])}`;
}

/**
 * Return a path as headers name it, /CONTAINER/NAME.
 *
 * @param {Path} path
 */
export function inHeader({ container = "", name = "" }) {
  return `/${encodeURIComponent(container)}/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {Options} options
 * @param {boolean} renew
 */
async function send(method, url, { headers = {}, body, signal }, renew) {
  const sent = { ...headers, "X-Auth-Token": await token({ renew }) };
  try {
    return await fetch(url, { method, headers: sent, body, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, "not reached");
  }
}

/**
 * Ask the store.
 *
 * @param {string} method
 * @param {string} path of pathOf
 * @param {Options} [options]
 * @returns {Promise<Response>} its status is below 400
 * @throws {Refusal} what the store said; {SessionOver}: nobody is signed in any more
 */
export async function ask(method, path, options = {}) {
  const search = options.query ? `?${new URLSearchParams(options.query)}` : "";
  let answer = await send(method, path + search, options, false);
  if (answer.status === 401) answer = await send(method, path + search, options, true);
  if (answer.status < 400) return answer;
  throw refusalIn(answer.status, await answer.text());
}

/**
 * @param {number} status
 * @param {string} body of an answer
 */
export function refusalIn(status, body) {
  try {
    const [fault] = Object.values(JSON.parse(body));
    if (typeof fault?.message === "string") return new Refusal(status, fault.message, body);
  } catch {
    // Swift's faults are pages; of most of them the status says it all.
  }
  return new Refusal(status, body.replace(/<[^>]*>/g, " ").trim().slice(0, 300), body);
}

/**
 * @param {string} path
 * @param {Record<string, string>} query
 * @param {AbortSignal} [signal]
 */
export async function json(path, query, signal) {
  const answer = await ask("GET", path, { query: { ...query, format: "json" }, signal });
  return answer.status === 204 ? [] : answer.json();
}
