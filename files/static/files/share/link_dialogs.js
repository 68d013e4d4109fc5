/** The limits of a link, and its address as a picture for a telephone. */

import { html, nothing, svg } from "../vendor/lit.js";
import { t } from "../core/words.js";
import { Dialog } from "../shell/dialog.js";

/** @typedef {import("./links.js").Link} Link */

const MARGIN = 4;

/** @param {string} time @returns {string} as a field for local time has it */
function local(time) {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {Link | null} link @returns {string} downloads as the field has them; "" is no limit */
function left(link) {
  return String(link?.downloads ?? "");
}

/** @extends {Dialog<boolean>} */
export class LinkLimits extends Dialog {
  constructor() {
    super();
    /** @type {Link | null} */
    this.link = null;
    /** @type {(limits: Record<string, string | number | null>) => Promise<void>} */
    this.send = async () => {};
  }

  heading() {
    return t(this.link ? "links.change" : "links.make");
  }

  /** @param {Event} event */
  #sent(event) {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [expires, downloads, password] = ["expires", "downloads", "password"].map((name) => String(fields.get(name) ?? ""));
    const kept = fields.has("keep");
    const { link } = this;
    this.perform(async () => {
      await this.send({
        ...(expires === (link?.expires ? local(link.expires) : "") ? {} : { expires: expires ? new Date(expires).toISOString() : null }),
        ...(downloads === left(link) ? {} : { downloads: downloads ? Number(downloads) : null }),
        ...(kept && !password ? {} : { password: password || null }),
      });
      return true;
    });
  }

  body() {
    const { link } = this;
    return html`<form @submit=${this.#sent}>
      <label class="field">${t("links.expires")}<input name="expires" type="datetime-local" data-first .value=${link?.expires ? local(link.expires) : ""} /></label>
      <label class="field">${t("links.downloads")}<input name="downloads" type="number" min=${left(link) === "0" ? 0 : 1} step="1" placeholder=${t("container.quota.none")} .value=${left(link)} /></label>
      <label class="field">${t("links.password")}<input name="password" type="password" autocomplete="new-password" /></label>
      ${link?.has_password ? html`<label class="choice"><input type="checkbox" name="keep" checked />${t("links.keep")}</label>` : ""}
      ${this.actions(html`<button class="primary" ?disabled=${this.busy}>${t(link ? "save" : "links.make")}</button>`)}
    </form>`;
  }
}
customElements.define("pithos-link-limits", LinkLimits);

export class Qr extends Dialog {
  static properties = { path: { state: true } };

  constructor() {
    super();
    this.url = "";
    this.path = "";
    this.side = 0;
  }

  heading() {
    return t("links.qr");
  }

  async connectedCallback() {
    super.connectedCallback();
    const { default: qrcode } = await import("../vendor/qrcode.js");
    const code = qrcode(0, "M");
    code.addData(this.url);
    code.make();
    const count = code.getModuleCount();
    const dark = [];
    for (let y = 0; y < count; y += 1) for (let x = 0; x < count; x += 1) if (code.isDark(y, x)) dark.push(`M${x + MARGIN} ${y + MARGIN}h1v1h-1z`);
    this.side = count + 2 * MARGIN;
    this.path = dark.join("");
  }

  body() {
    return html`${this.path ? this.#picture() : nothing}
      <p class="soft"><code>${this.url}</code></p>`;
  }

  #picture() {
    return html`<svg class="qr" role="img" aria-label=${t("links.qr.of", { url: this.url })} viewBox="0 0 ${this.side} ${this.side}">${svg`<path d=${this.path} />`}</svg>`;
  }
}
customElements.define("pithos-qr", Qr);
