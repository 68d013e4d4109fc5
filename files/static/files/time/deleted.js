/** Files that were deleted: found by where in the past something went, and brought back. */

import { html, nothing } from "../vendor/lit.js";
import { ask, pathOf } from "../core/api.js";
import { second, size } from "../core/format.js";
import { below, readable } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { Dialog } from "../shell/dialog.js";
import { bringBack, headOf } from "../work/operations.js";
import { lastVersion } from "../work/versions.js";
import { changesOf, momentsOf } from "./past.js";

/**
 * @typedef {import("../work/operations.js").Home} Home
 * @typedef {{name: string, uuid: string, version: string, bytes: number, at: number}} Gone at: about when, seconds since 1970
 */

const REQUESTS = 120;
const SHOWN = 200;
const SHORTEST_SECONDS = 0.000_01;

/**
 * Find what was deleted between two moments. A stretch in which more went than its ends tell of is
 * looked at in smaller ones.
 *
 * @param {Home} home
 * @param {string} prefix
 * @param {{since?: number, until?: number}} span
 * @param {{left: number}} budget of requests
 * @param {Map<string, Gone>} found by name; the last state
 */
async function search(home, prefix, span, budget, found) {
  budget.left -= 1;
  const { buckets } = await momentsOf(home, prefix, { ...span, buckets: 50 });
  for (const { from, to, removed } of buckets) {
    if (!removed || budget.left < 0) continue;
    budget.left -= 1;
    const end = to + SHORTEST_SECONDS;
    const gone = (await changesOf(home, prefix, from, end)).filter(({ change }) => change === "removed");
    for (const { name, uuid, version_before, bytes_before } of gone) found.set(name, { name, uuid, version: String(version_before), bytes: bytes_before ?? 0, at: to });
    if (gone.length < removed && to - from > SHORTEST_SECONDS) await search(home, prefix, { since: from, until: end }, budget, found);
  }
}

export class Deleted extends Dialog {
  static properties = { files: { state: true } };

  constructor() {
    super();
    this.home = { account: "", container: "" };
    this.folder = "";
    /** @type {Gone[] | null} */
    this.files = null;
    this.more = false;
  }

  get look() {
    return "wide-dialog";
  }

  heading() {
    return t("deleted.title");
  }

  connectedCallback() {
    super.connectedCallback();
    this.#find().catch((error) => (this.failure = sentence(error)));
  }

  async #find() {
    /** @type {Map<string, Gone>} */
    const found = new Map();
    const budget = { left: REQUESTS };
    await search(this.home, this.folder, {}, budget, found);
    // What was moved goes on under another name.
    const here = new Set((await changesOf(this.home, this.folder, 0)).map(({ uuid }) => uuid));
    const gone = [...found.values()].filter(({ uuid }) => !here.has(uuid));
    this.more = gone.length > SHOWN || budget.left < 0;
    const newest = gone.sort((a, b) => b.at - a.at).slice(0, SHOWN);
    const there = await Promise.all(newest.map(({ name }) => headOf(this.home, name)));
    this.files = newest.filter((_, index) => !there[index]);
  }

  /** @param {Gone[]} files */
  async #bringBack(files) {
    const { home } = this;
    await this.perform(async () => {
      for (const { name, version } of files) await bringBack(home, name, (await lastVersion(home, name)) || version);
      store.touch();
      toast(t("deleted.back", { count: files.length, n: files.length }), {
        undo: async () => {
          for (const { name } of files) await ask("DELETE", pathOf({ ...home, name }));
          store.touch();
        },
      });
    });
  }

  body() {
    const { files } = this;
    if (!files) return this.failure ? nothing : html`<p class="soft">${t("loading")}</p>`;
    const more = this.more ? html`<p class="note">${t("deleted.more")}</p>` : nothing;
    if (!files.length) return html`${more}<p class="soft">${t("deleted.none")}</p>`;
    return html`${more}<ul class="changes" tabindex="0" aria-label=${t("deleted.title")}>${files.map(
        (each) => html`<li><span class="label" dir="auto">${readable(below(each.name, this.folder))}</span><span class="soft">${size(each.bytes)} · ${t("deleted.by", { time: second(each.at * 1000) })}</span>
          <button type="button" class="plain" aria-label=${t("deleted.one", { name: each.name })} @click=${() => this.#bringBack([each])}>${t("versions.restore")}</button></li>`,
      )}</ul>
      ${files.length > 1 ? this.actions(html`<button type="button" class="primary" @click=${() => this.#bringBack(files)}>${t("deleted.all")}</button>`) : nothing}`;
  }
}
customElements.define("pithos-deleted", Deleted);
