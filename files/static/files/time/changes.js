/** What changed in a folder between two moments. */

import { html, nothing } from "../vendor/lit.js";
import { moment, number, size } from "../core/format.js";
import { below, readable } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { Turns } from "../core/turns.js";
import { t } from "../core/words.js";
import { Dialog } from "../shell/dialog.js";
import { changesOf, MOST_CHANGES } from "./past.js";

/** @typedef {import("./past.js").Change} Change */

/** @param {number} seconds @returns {string} as a field for local time has it */
function local(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export class Changes extends Dialog {
  static properties = { changes: { state: true } };

  constructor() {
    super();
    this.home = { account: "", container: "" };
    this.folder = "";
    this.since = 0;
    this.until = Math.ceil(Date.now() / 1000) + 1;
    /** @type {Change[] | null} */
    this.changes = null;
    this.turns = new Turns();
  }

  get look() {
    return "wide-dialog";
  }

  heading() {
    return t("changes.title");
  }

  connectedCallback() {
    super.connectedCallback();
    this.#load();
  }

  async #load() {
    this.failure = "";
    const isLast = this.turns.begin();
    try {
      const changes = await changesOf(this.home, this.folder, this.since, this.until);
      if (isLast()) this.changes = changes;
    } catch (error) {
      if (isLast()) this.failure = sentence(error);
    }
  }

  /** @param {Event} event */
  #chosen(event) {
    const { name, value } = /** @type {HTMLInputElement} */ (event.target);
    if (!value) return;
    Object.assign(this, { [name]: new Date(value).getTime() / 1000 });
    this.#load();
  }

  /** @param {Change} each */
  #row({ change, name, from, bytes, bytes_before, modified_by }) {
    const now = change === "removed" ? bytes_before : bytes;
    return html`<li class=${change}><span class="badge ${change}">${t(`change.${change}`)}</span>
      <span class="label" dir="auto">${from ? html`${readable(below(from, this.folder))} → ` : nothing}${readable(below(name, this.folder))}</span>
      <span class="soft">${size(now ?? 0)}${modified_by ? ` · ${modified_by}` : ""}</span></li>`;
  }

  body() {
    const { changes } = this;
    return html`<div class="span">
        <label class="field">${t("changes.since")}<input name="since" type="datetime-local" step="1" .value=${local(this.since)} @change=${this.#chosen} /></label>
        <label class="field">${t("changes.until")}<input name="until" type="datetime-local" step="1" .value=${local(this.until)} @change=${this.#chosen} /></label>
      </div>
      ${changes || this.failure ? nothing : html`<p class="soft">${t("loading")}</p>`}
      ${changes?.length === MOST_CHANGES ? html`<p class="note">${t("changes.more", { n: number(MOST_CHANGES) })}</p>` : nothing}
      ${changes?.length === 0 ? html`<p class="soft">${t("changes.none", { time: moment(this.since * 1000) })}</p>` : nothing}
      ${changes?.length ? html`<ul class="changes" tabindex="0" aria-label=${t("changes.title")}>${changes.map((each) => this.#row(each))}</ul>` : nothing}`;
  }
}
customElements.define("pithos-changes", Changes);
