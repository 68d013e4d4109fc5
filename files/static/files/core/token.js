/**
 * The token with which this page asks the store: 15 minutes, bound to the session, in memory alone.
 * It is in no URL, cookie, storage or log.
 */

import { Refusal } from "./api.js";
import { store } from "./store.js";

const PATH = "/account/session-token";
const EARLY_MS = 60_000;

/** @typedef {{token: string, until: number}} Held until: milliseconds since 1970 */

/** @type {Held | null} */
let held = null;
/** @type {Promise<Held> | null} */
let asking = null;

export class SessionOver extends Error {}

/** @returns {string} the token of forms as it is now: to sign in, in another tab, makes another one */
export function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}

/** @returns {Promise<Response>} */
async function request() {
  try {
    return await fetch(PATH, { method: "POST", headers: { "X-CSRFToken": csrf() }, redirect: "manual" });
  } catch {
    throw new Refusal(0, "not reached");
  }
}

/** @returns {Promise<Held>} */
async function ask() {
  const answer = await request();
  if (answer.status === 429 || answer.status >= 500) throw new Refusal(answer.status, "no token can be had");
  if (!answer.ok) throw new SessionOver(String(answer.status));
  const told = await answer.json();
  if (told.account !== store.state.account) throw new SessionOver("somebody else has signed in");
  // The clock of this machine may be wrong, so both times are the store's.
  const lasts = Date.parse(told.expires) - Date.parse(answer.headers.get("Date") ?? "");
  return { token: told.token, until: Date.now() + lasts };
}

/**
 * Return a token that is good for another minute.
 *
 * @param {{renew?: boolean}} [options] renew: the one that was given is not taken any more
 * @throws {SessionOver}
 * @throws {Refusal} the store is not reached (status 0), or gives none now
 */
export async function token({ renew = false } = {}) {
  if (renew) held = null;
  if (held && held.until - Date.now() > EARLY_MS) return held.token;
  asking ??= ask().finally(() => (asking = null));
  try {
    held = await asking;
    if (store.state.session !== "open") store.set({ session: "open" });
    return held.token;
  } catch (error) {
    if (error instanceof SessionOver && store.state.session !== "over") store.set({ session: "over" });
    throw error;
  }
}
