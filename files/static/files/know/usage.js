/** What the account takes: now, in its history, shared; and what a purge would free. */

import { html, nothing } from "../vendor/lit.js";
import { json, pathOf } from "../core/api.js";
import { number, size } from "../core/format.js";
import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { t } from "../core/words.js";
import { place } from "../find/placed.js";
import { momentsOf } from "../time/past.js";

/**
 * @typedef {{current: {bytes: number, objects: number}, history: {bytes: number, versions: number}, stored: number, unique: number, shared: number, freed_by_purge?: number}} Told
 * @typedef {{name: string, changes: number, bytes: number}} Month
 */

const MONTHS = 12;

class Usage extends Part {
  static properties = { told: { state: true }, months: { state: true }, failure: { state: true }, freed: { state: true } };

  constructor() {
    super();
    /** @type {Told | null} */
    this.told = null;
    /** @type {Month[]} */
    this.months = [];
    this.failure = "";
    this.freed = "";
  }

  connectedCallback() {
    super.connectedCallback();
    const { account } = this.state;
    Promise.all([json(pathOf({ account }), { usage: "" }), this.#loadMonths()]).then(
      ([told]) => (this.told = told),
      (error) => (this.failure = sentence(error)),
    );
  }

  async #loadMonths() {
    const { account, language } = this.state;
    const words = new Intl.DateTimeFormat(language, { month: "short", year: "2-digit" });
    const today = new Date();
    const starts = Array.from({ length: MONTHS + 1 }, (_, index) => new Date(today.getFullYear(), today.getMonth() - MONTHS + 1 + index, 1));
    this.months = await Promise.all(
      starts.slice(0, MONTHS).map(async (start, index) => {
        const { buckets } = await momentsOf({ account }, "", { since: start.getTime() / 1000, until: starts[index + 1].getTime() / 1000, buckets: 1 });
        return { name: words.format(start), changes: buckets.reduce((sum, each) => sum + each.changes, 0), bytes: buckets.reduce((sum, each) => sum + each.bytes, 0) };
      }),
    );
  }

  /** @param {Event} event */
  async #asked(event) {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const container = String(fields.get("container"));
    const until = String(new Date(String(fields.get("until"))).getTime() / 1000);
    const { account } = this.state;
    try {
      const told = /** @type {Told} */ (await json(pathOf(container ? { account, container } : { account }), { usage: "", until }));
      this.freed = t("usage.freed", { size: size(told.freed_by_purge ?? 0) });
    } catch (error) {
      this.freed = sentence(error);
    }
  }

  /**
   * @param {string} words
   * @param {number} bytes
   * @param {string} [more]
   */
  #card(words, bytes, more = "") {
    return html`<div class="figure"><dt>${t(words)}</dt><dd><strong>${size(bytes)}</strong><span class="soft">${more || t(`${words}.help`)}</span></dd></div>`;
  }

  #chart() {
    const most = Math.max(...this.months.map(({ bytes }) => bytes), 1);
    return html`<div class="card chart-card" role="region" aria-label=${t("usage.chart")} tabindex="0"><table class="chart"><caption class="unseen">${t("usage.chart")}</caption>
      <thead class="unseen"><tr><th scope="col">${t("usage.month")}</th><th scope="col">${t("usage.written")}</th></tr></thead>
      <tbody>${this.months.map(({ name, bytes, changes }) => html`<tr><th scope="row">${name}</th><td><span class="bar" ${place({ height: Math.round((120 * bytes) / most) })}></span><span class="value">${bytes ? size(bytes) : "–"}</span><span class="unseen">${t("usage.changes", { n: number(changes), count: changes })}</span></td></tr>`)}</tbody>
    </table></div>`;
  }

  render() {
    const { told } = this;
    return html`<h1>${t("nav.usage")}</h1>
      ${this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : nothing}
      ${told
        ? html`<dl class="figures">
            ${this.#card("usage.current", told.current.bytes, t("usage.files", { n: number(told.current.objects), count: told.current.objects }))}
            ${this.#card("usage.history", told.history.bytes, t("usage.versions", { n: number(told.history.versions), count: told.history.versions }))}
            ${this.#card("usage.stored", told.stored)} ${this.#card("usage.unique", told.unique)} ${this.#card("usage.shared", told.shared)}
          </dl>`
        : html`<p class="soft">${this.failure ? "" : t("loading")}</p>`}
      <section><h2>${t("usage.chart")}</h2>${this.#chart()}</section>
      <section><h2>${t("usage.purge")}</h2><p class="soft">${t("usage.purge.help")}</p>
        <form class="inline" @submit=${this.#asked}>
          <label class="field">${t("usage.where")}<select name="container"><option value="">${t("usage.everywhere")}</option>${this.state.containers?.map(({ name }) => html`<option>${name}</option>`)}</select></label>
          <label class="field">${t("usage.before")}<input name="until" type="datetime-local" required /></label>
          <button class="primary">${t("usage.ask")}</button>
        </form>
        <p role="status"><strong>${this.freed}</strong></p></section>`;
  }
}
customElements.define("pithos-usage", Usage);
