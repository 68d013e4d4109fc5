/** A slider over a folder's history: moving it shows the folder as it was. */

import { html, nothing } from "../vendor/lit.js";
import { second } from "../core/format.js";
import { lastOf } from "../core/names.js";
import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { look } from "../core/router.js";
import { toast } from "../core/toasts.js";
import { Turns } from "../core/turns.js";
import { t } from "../core/words.js";
import { place } from "../find/placed.js";
import { open } from "../shell/dialog.js";
import { icon } from "../shell/icons.js";
import { downloadArchive } from "../work/downloads.js";
import { Changes } from "./changes.js";
import { Deleted } from "./deleted.js";
import { momentsOf } from "./past.js";
import { rehearsal } from "./rehearsal.js";

/**
 * @typedef {import("./past.js").Bucket} Bucket
 * @typedef {import("../find/folder.js").FolderView} FolderView
 */

const PAUSE_MS = 120;
/** Behind a change, so that what came of it is seen. */
const BEHIND_SECONDS = 0.000_01;

class Slider extends Part {
  static properties = { buckets: { state: true } };

  constructor() {
    super();
    /** @type {Bucket[]} */
    this.buckets = [];
    this.first = 0;
    this.now = 0;
    this.shown = "";
    this.timer = 0;
    this.turns = new Turns();
  }

  get #home() {
    const { account, container } = this.state.route;
    return { account, container };
  }

  willUpdate() {
    const { container, prefix } = this.state.route;
    const shown = JSON.stringify([container, prefix, this.state.revision]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.#load();
  }

  async #load() {
    const isLast = this.turns.begin();
    try {
      const { first, buckets } = await momentsOf(this.#home, this.state.route.prefix);
      if (!isLast()) return;
      this.now = Date.now() / 1000;
      this.first = Math.min(first ?? this.now - 60, this.now - 0.001);
      this.buckets = buckets;
    } catch (error) {
      if (isLast()) toast(sentence(error), { kind: "failed" });
    }
  }

  /** @returns {number} the moment that is looked at */
  get #at() {
    return Number(this.state.route.query.at || this.now);
  }

  /** @param {number} seconds */
  #go(seconds) {
    const at = seconds >= this.now ? "" : String(Math.max(seconds, this.first + BEHIND_SECONDS));
    look({ at }, { replace: true });
  }

  /** @param {Event} event */
  #moved(event) {
    const value = Number(/** @type {HTMLInputElement} */ (event.target).value);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#go(value), PAUSE_MS);
  }

  /** To the change before, or behind. @param {number} step */
  #step(step) {
    const at = this.#at - BEHIND_SECONDS / 2;
    // Behind the last change it is as it is now.
    const before = this.state.route.query.at ? this.buckets : this.buckets.slice(0, -1);
    const next = step < 0 ? before.filter(({ to }) => to + BEHIND_SECONDS < at).at(-1) : this.buckets.find(({ from, to }) => from >= at || to > at + BEHIND_SECONDS);
    this.#go(next ? next.to + BEHIND_SECONDS : step < 0 ? this.first : this.now);
  }

  #restore() {
    const view = /** @type {FolderView | null} */ (document.querySelector("pithos-folder"));
    const { at = "" } = this.state.route.query;
    return rehearsal(this.#home, this.state.route.prefix, view?.selection.entries ?? [], at).then((done) => done && look({ at: "" }));
  }

  #changes() {
    const dialog = new Changes();
    Object.assign(dialog, { home: this.#home, folder: this.state.route.prefix, since: this.state.route.query.at ? this.#at : Math.floor(this.first) - 1 });
    open(dialog);
  }

  #deleted() {
    const dialog = new Deleted();
    Object.assign(dialog, { home: this.#home, folder: this.state.route.prefix });
    open(dialog);
  }

  #download() {
    const { prefix, container, query } = this.state.route;
    downloadArchive(this.#home, prefix, [], lastOf(prefix) || container, query.at).catch((error) => toast(sentence(error), { kind: "failed" }));
  }

  #marks() {
    const most = Math.max(...this.buckets.map(({ changes }) => changes), 1);
    const span = this.now - this.first;
    return this.buckets.map(({ to, changes }) => html`<i ${place({ left: (100 * (to - this.first)) / span, height: 4 + (16 * Math.log1p(changes)) / Math.log1p(most) })}></i>`);
  }

  render() {
    const { at } = this.state.route.query;
    const told = at ? second(Number(at) * 1000) : t("time.now");
    const unknown = !this.now; // when it began is not known yet
    return html`<section class="past ${at ? "is-past" : ""}" aria-label=${t("act.history")}>
      <div class="line">
        <button type="button" class="round" aria-label=${t("time.before")} ?disabled=${unknown} @click=${() => this.#step(-1)}>${icon("left")}</button>
        <div class="track"><div class="marks" aria-hidden="true">${this.#marks()}</div>
          <input type="range" min=${this.first} max=${this.now} step="any" ?disabled=${unknown} .value=${String(this.#at)} aria-label=${t("time.slider")} aria-valuetext=${told} @input=${this.#moved} /></div>
        <button type="button" class="round" aria-label=${t("time.after")} ?disabled=${unknown} @click=${() => this.#step(1)}>${icon("chevron")}</button>
        <button type="button" class="round" aria-label=${t("time.close")} @click=${() => look({ history: "", at: "" })}>${icon("close")}</button>
      </div>
      <div class="told" role="status">${icon("clock")}<strong>${at ? t("time.banner", { time: told }) : told}</strong>
        <span class="spring"></span>
        ${at
          ? html`<button type="button" class="primary" data-act="restore" @click=${() => this.#restore()}>${icon("again")}${t("act.restore")}</button>
              <button type="button" class="plain" data-act="zip" @click=${() => this.#download()}>${icon("download")}${t("time.zip")}</button>
              <button type="button" class="plain" @click=${() => this.#go(this.now)}>${t("time.back")}</button>`
          : nothing}
        <button type="button" class="plain" data-act="changes" ?disabled=${unknown} @click=${() => this.#changes()}>${t("changes.title")}</button>
        <button type="button" class="plain" data-act="deleted" @click=${() => this.#deleted()}>${icon("trash")}${t("deleted.title")}</button>
      </div>
    </section>`;
  }
}
customElements.define("pithos-slider", Slider);
