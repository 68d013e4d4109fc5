/** Links: whoever has one reads a file or folder without signing in, within limits. */

import { html, nothing } from "../vendor/lit.js";
import { ask, json, pathOf } from "../core/api.js";
import { moment, number } from "../core/format.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { open } from "../shell/dialog.js";
import { icon } from "../shell/icons.js";
import { Subject } from "../work/subject.js";
import { LinkLimits, Qr } from "./link_dialogs.js";

/**
 * @typedef {{
 *   key: string, url: string, container: string, name: string, folder: boolean, created: string,
 *   expires: string | null, has_password: boolean, downloads: number | null, used: number, last_used: string | null,
 * }} Link
 */

class Links extends Subject {
  static properties = { links: { state: true }, all: { type: Boolean } };

  constructor() {
    super();
    /** @type {Link[]} */
    this.links = [];
    this.all = false;
  }

  async load() {
    const { account } = this.state;
    const path = [this.home.container, this.object].filter(Boolean).join("/");
    const told = await json(pathOf({ account }), { links: "", ...(this.all ? {} : { path }) });
    const links = (Array.isArray(told) ? told : told.links).filter((/** @type {Link} */ link) => this.all || link.folder === this.#isFolder);
    return { links };
  }

  get #isFolder() {
    return !this.name || this.name.endsWith("/");
  }

  async #make() {
    const dialog = new LinkLimits();
    const path = pathOf({ ...this.home, ...(this.object ? { name: this.object } : {}) });
    const folder = this.object && this.#isFolder ? { folder: true } : {};
    dialog.send = async (limits) => {
      await ask("POST", path, { query: { link: "" }, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...limits, ...folder }) });
    };
    if (await open(dialog)) await this.reload();
  }

  /** @param {Link} link */
  async #change(link) {
    const dialog = new LinkLimits();
    dialog.link = link;
    dialog.send = async (limits) => {
      await ask("POST", pathOf({ account: this.state.account }), { query: { links: link.key }, headers: { "Content-Type": "application/json" }, body: JSON.stringify(limits) });
    };
    if (await open(dialog)) await this.reload();
  }

  /** @param {Link} link */
  #revoke({ key }) {
    return this.perform(async () => {
      await ask("DELETE", pathOf({ account: this.state.account }), { query: { links: key } });
      toast(t("links.revoked"));
      await this.reload();
    });
  }

  /** @param {string} url */
  async #copy(url) {
    try {
      await navigator.clipboard.writeText(url);
      toast(t("links.copied"));
    } catch {
      // Where there is no TLS the page may not: the address stands in the field.
      const field = this.querySelector(`input[value="${CSS.escape(url)}"]`);
      if (field instanceof HTMLInputElement) field.select();
    }
  }

  /** @param {string} url */
  #qr(url) {
    const dialog = new Qr();
    dialog.url = url;
    open(dialog);
  }

  /** @param {Link} link */
  #told({ expires, has_password, downloads, used, last_used }) {
    return [
      expires ? t("links.until", { time: moment(Date.parse(expires)) }) : t("links.forever"),
      ...(has_password ? [t("links.locked")] : []),
      ...(downloads === null ? [] : [t("links.left", { n: number(downloads), count: downloads })]),
      last_used ? t("links.used", { n: number(used), count: used, time: moment(Date.parse(last_used)) }) : t("links.unused"),
    ].join(" · ");
  }

  /** @param {Link} link */
  #row(link) {
    const url = new URL(link.url, location.origin).href;
    return html`<li class="link-row">
      ${this.all ? html`<strong dir="auto">${link.container}/${link.name}${link.folder && link.name ? "/" : ""}</strong>` : nothing}
      <div class="copy"><input readonly aria-label=${t("links.address")} value=${url} @focus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()} />
        <button type="button" class="round" aria-label=${t("links.copy")} title=${t("links.copy")} @click=${() => this.#copy(url)}>${icon("copy")}</button>
      </div>
      <p class="soft">${this.#told(link)}</p>
      <div class="row-actions">
        <button type="button" class="plain" @click=${() => this.#qr(url)}>${t("links.qr")}</button>
        <button type="button" class="plain" @click=${() => this.#change(link)}>${t("links.change")}</button>
        <button type="button" class="plain" @click=${() => this.#revoke(link)}>${t("links.revoke")}</button>
      </div>
    </li>`;
  }

  render() {
    return html`${this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : nothing}
      ${this.all ? nothing : html`<button type="button" class="primary" @click=${() => this.#make()}>${icon("link")}${t("links.make")}</button>`}
      ${this.links.length || !this.known ? nothing : html`<p class="soft">${t(this.all ? "links.none.all" : "links.none")}</p>`}
      <ul class="links">${this.known ? this.links.map((each) => this.#row(each)) : nothing}</ul>`;
  }
}
customElements.define("pithos-links", Links);
