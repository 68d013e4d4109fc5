/** The versions of a file: when, who, how large; any of them is looked at, saved, compared, brought back. */

import { html, nothing } from "../vendor/lit.js";
import { ask, pathOf, Refusal } from "../core/api.js";
import { second, size } from "../core/format.js";
import { lastOf } from "../core/names.js";
import { look } from "../core/router.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { open } from "../shell/dialog.js";
import { icon } from "../shell/icons.js";
import { openMenu } from "../shell/menu.js";
import { downloadFile } from "../work/downloads.js";
import { bringBack } from "../work/operations.js";
import { Subject } from "../work/subject.js";
import { versionsOf } from "../work/versions.js";
import { Compare } from "./compare.js";

/**
 * @typedef {import("../work/versions.js").Version} Version
 * @typedef {Version & {size: number, type: string, by: string, gone: boolean}} Shown gone: it says that the file was deleted
 */

const SHOWN = 50;
/** A state is current from right behind its beginning. */
const BEHIND_SECONDS = 0.000_001;

class Versions extends Subject {
  constructor() {
    super();
    /** @type {Shown[]} */
    this.versions = [];
    this.count = 0;
  }

  async load() {
    const all = (await versionsOf(this.home, this.name)).reverse();
    const versions = await Promise.all(all.slice(0, SHOWN).map((each) => this.#told(each)));
    return { count: all.length, versions };
  }

  /**
   * @param {Version} version
   * @returns {Promise<Shown>}
   */
  async #told(version) {
    try {
      const { headers } = await ask("HEAD", pathOf({ ...this.home, name: this.name }), { query: { version: version.number } });
      return { ...version, size: Number(headers.get("Content-Length")), type: headers.get("Content-Type") ?? "", by: headers.get("X-Object-Modified-By") ?? "", gone: false };
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 404)) throw error;
      return { ...version, size: 0, type: "", by: "", gone: true };
    }
  }

  /** @param {Shown} version */
  async #restore({ number, from }) {
    const [before] = this.versions;
    const { home, name } = this;
    await this.perform(async () => {
      await bringBack(home, name, number);
      store.touch();
      toast(t("versions.restored", { time: second(from * 1000) }), {
        undo: async () => {
          if (before.gone) await ask("DELETE", pathOf({ ...home, name }));
          else await bringBack(home, name, before.number);
          store.touch();
        },
      });
    });
  }

  /** @param {Shown} version */
  #compare(version) {
    const dialog = new Compare();
    Object.assign(dialog, { home: this.home, name: this.name, version });
    open(dialog);
  }

  /**
   * @param {Event} event
   * @param {Shown} version
   * @param {boolean} current
   */
  #menu(event, version, current) {
    const { from, number } = version;
    const label = lastOf(this.name);
    const textual = /^text\/|json|xml|javascript|markdown/.test(version.type) || /\.(txt|md|csv|log)$/i.test(label);
    openMenu(/** @type {HTMLElement} */ (event.currentTarget), t("versions.of", { time: second(from * 1000) }), [
      { label: t("act.preview"), icon: "eye", act: () => look({ at: String(from + BEHIND_SECONDS), show: this.name }) },
      { label: t("act.download"), icon: "download", act: () => this.perform(() => downloadFile(this.home, this.name, label, number)) },
      ...(textual && !current ? [{ label: t("versions.compare"), icon: "text", act: () => this.#compare(version) }] : []),
      ...(current ? [] : [null, { label: t("versions.restore"), icon: "again", act: () => this.#restore(version) }]),
    ]);
  }

  /**
   * @param {Shown} version
   * @param {number} index
   */
  #row(version, index) {
    const time = second(version.from * 1000);
    const told = version.gone ? t("versions.gone") : `${size(version.size)} · ${version.by}`;
    return html`<li class="version ${index ? "" : "current"}">
      <div><strong>${time}</strong>${index ? nothing : html` <span class="badge">${t("versions.current")}</span>`}<br /><span class="soft">${told}</span></div>
      ${version.gone ? nothing : html`<button type="button" class="round" aria-haspopup="menu" aria-expanded="false" aria-label=${t("versions.of", { time })} @click=${(/** @type {Event} */ event) => this.#menu(event, version, index === 0)}>${icon("more")}</button>`}
    </li>`;
  }

  render() {
    const failure = this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : nothing;
    if (!this.known) return this.failure ? failure : html`<p class="soft">${t("loading")}</p>`;
    const more = this.count > SHOWN ? html`<p class="soft">${t("versions.more", { n: this.count - SHOWN, count: this.count - SHOWN })}</p>` : nothing;
    return html`${failure}<ol class="versions">${this.versions.map((each, index) => this.#row(each, index))}</ol>${more}`;
  }
}
customElements.define("pithos-versions", Versions);
