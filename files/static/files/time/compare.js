/** Two versions of a text, side by side, with the lines marked that changed. */

import { html } from "../vendor/lit.js";
import { ask, pathOf } from "../core/api.js";
import { second, size as sizeOf } from "../core/format.js";
import { lastOf } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { t } from "../core/words.js";
import { Dialog } from "../shell/dialog.js";
import { linesOf } from "./lines.js";

/** @typedef {import("./lines.js").Line} Line */

const BYTES = 400_000;

export class Compare extends Dialog {
  static properties = { lines: { state: true } };

  constructor() {
    super();
    this.home = { account: "", container: "" };
    this.name = "";
    this.version = { number: "", from: 0 };
    this.cut = false;
    /** @type {Line[] | null} */
    this.lines = null;
  }

  get look() {
    return "compare";
  }

  heading() {
    return t("compare.title", { name: lastOf(this.name) });
  }

  connectedCallback() {
    super.connectedCallback();
    Promise.all([this.#text(this.version.number), this.#text("")]).then(
      ([before, after]) => (this.lines = linesOf(before, after)),
      (error) => (this.failure = sentence(error)),
    );
  }

  /** @param {string} version "" is the current one */
  async #text(version) {
    const path = pathOf({ ...this.home, name: this.name });
    const query = version ? { version } : undefined;
    const size = Number((await ask("HEAD", path, { query })).headers.get("Content-Length"));
    this.cut ||= size > BYTES;
    const headers = /** @type {Record<string, string>} */ (size > BYTES ? { Range: `bytes=0-${BYTES - 1}` } : {});
    return (await ask("GET", path, { query, headers })).text();
  }

  /**
   * @param {string | null} text
   * @param {string} look
   */
  #cell(text, look) {
    return html`<td class=${text === null ? "none" : look}><span>${text ?? ""}</span></td>`;
  }

  body() {
    if (!this.lines) return this.failure ? "" : html`<p class="soft">${t("loading")}</p>`;
    const same = this.lines.every(({ kind }) => kind === "same");
    return html`${this.cut ? html`<p class="note">${t("preview.cut", { size: sizeOf(BYTES) })}</p>` : ""}
      ${same ? html`<p class="note">${t("compare.same")}</p>` : ""}
      <div class="sides" tabindex="0" role="region" aria-label=${this.heading()}><table>
        <thead><tr><th scope="col">${second(this.version.from * 1000)}</th><th scope="col">${t("versions.current")}</th></tr></thead>
        <tbody>${this.lines.map(({ kind, before, after }) => html`<tr class=${kind}>${this.#cell(before, kind === "same" ? "" : "gone")}${this.#cell(after, kind === "same" ? "" : "new")}</tr>`)}</tbody>
      </table></div>`;
  }
}
customElements.define("pithos-compare", Compare);
