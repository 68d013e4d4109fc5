/** What the account has: its containers, and how much of its quota is used. */

import { ask, pathOf } from "../core/api.js";
import { sentence } from "../core/refusals.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { Turns } from "../core/turns.js";
import { timeOf } from "./listing.js";

/** @typedef {{name: string, count: number, bytes: number, last_modified: string}} Told */

const PAGE = 10_000;
const turns = new Turns();

export async function loadAccount() {
  const { account } = store.state;
  const isLast = turns.begin();
  try {
    const answer = await ask("GET", pathOf({ account }), { query: { format: "json", limit: String(PAGE) } });
    /** @type {Told[]} */
    const told = await answer.json();
    if (!isLast()) return;
    store.set({
      containers: told.map(({ name, count, bytes, last_modified }) => ({ name, count, bytes, modified: timeOf(last_modified) })),
      quota: Number(answer.headers.get("X-Account-Policy-Quota") ?? 0),
      used: Number(answer.headers.get("X-Account-Bytes-Used") ?? 0),
    });
  } catch (error) {
    if (isLast()) toast(sentence(error), { kind: "failed" });
  }
}
