/** What is asked before something is named, put elsewhere, or taken twice. */

import { html, nothing } from "../vendor/lit.js";
import { bytesOf, lastOf, trail } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { Listing } from "../find/listing.js";
import { Dialog } from "../shell/dialog.js";
import { icon } from "../shell/icons.js";

/** @typedef {import("./operations.js").Home} Home */

const NAMED = 3;

/** @extends {Dialog<string>} */
export class NameDialog extends Dialog {
  constructor() {
    super();
    this.words = "new";
    this.name = "";
    this.folder = "";
    /** @type {(name: string) => Promise<void>} */
    this.act = async () => {};
  }

  heading() {
    return t(`${this.words}.title`, { name: this.name });
  }

  /** @param {Event} event */
  #sent(event) {
    event.preventDefault();
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("name"));
    this.failure = !name ? t("name.empty") : bytesOf(this.folder + name) > 1024 ? t("name.long", { n: 1024 }) : "";
    if (this.failure) return;
    if (name === this.name) return this.close();
    this.perform(async () => {
      await this.act(name);
      return name;
    });
  }

  body() {
    return html`<form @submit=${this.#sent}>
      <label class="field">${t("column.name")}<input name="name" data-first required autocomplete="off" dir="auto" .defaultValue=${this.name} /></label>
      ${this.actions(html`<button class="primary" ?disabled=${this.busy}>${t(`${this.words}.do`)}</button>`)}
    </form>`;
  }
}
customElements.define("pithos-name-dialog", NameDialog);

/** @typedef {{container: string, prefix: string}} Target */

/** @extends {Dialog<Target>} */
export class Picker extends Dialog {
  static properties = { target: { state: true }, folders: { state: true } };

  constructor() {
    super();
    this.words = "move";
    this.count = 1;
    /** @type {Target} */
    this.target = { container: "", prefix: "" };
    /** @type {string[] | null} */
    this.folders = null;
  }

  get look() {
    return "picker";
  }

  connectedCallback() {
    super.connectedCallback();
    this.#go(this.target);
  }

  heading() {
    return t(`${this.words}.title`, { n: this.count, count: this.count });
  }

  /** @param {Target} target */
  async #go(target) {
    this.target = target;
    this.folders = null;
    this.failure = "";
    if (!target.container) {
      this.folders = store.state.containers?.map((each) => each.name) ?? [];
      return;
    }
    try {
      const home = { account: store.state.account, container: target.container };
      const listing = new Listing({ ...home, prefix: target.prefix });
      while (!listing.done && this.isConnected && this.target === target) {
        await listing.more();
        if (listing.error) throw listing.error;
        if (this.target === target) this.folders = listing.entries.filter(({ kind }) => kind === "folder").map(({ name }) => name);
      }
    } catch (error) {
      this.failure = sentence(error);
    }
  }

  #trail() {
    const { container, prefix } = this.target;
    const parts = [
      { label: t("nav.files"), to: { container: "", prefix: "" } },
      ...(container ? [{ label: container, to: { container, prefix: "" } }] : []),
      ...trail(prefix).map((each) => ({ label: each.label, to: { container, prefix: each.prefix } })),
    ];
    return html`<nav class="crumbs" aria-label=${t("crumbs")}><ol>
      ${parts.map(({ label, to }, index) => html`<li>${index ? icon("chevron") : nothing}<button type="button" class="link" dir="auto" @click=${() => this.#go(to)}>${label}</button></li>`)}
    </ol></nav>`;
  }

  /** @param {string} name */
  #choice(name) {
    const { container } = this.target;
    const to = container ? { container, prefix: name } : { container: name, prefix: "" };
    return html`<li><button type="button" class="choice" dir="auto" @click=${() => this.#go(to)}>${icon(container ? "folder" : "jar")}<span>${container ? lastOf(name) : name}</span></button></li>`;
  }

  body() {
    return html`${this.#trail()}
      <ul class="choices" aria-label=${t("picker.folders")} aria-busy=${this.folders === null}>
        ${this.folders?.map((each) => this.#choice(each)) ?? html`<li class="soft">${t("loading")}</li>`}
        ${this.folders?.length === 0 ? html`<li class="soft">${t("picker.none")}</li>` : nothing}
      </ul>
      ${this.actions(html`<button type="button" class="primary" data-first ?disabled=${!this.target.container} @click=${() => this.close(this.target)}>${t(`${this.words}.here`)}</button>`)}`;
  }
}
customElements.define("pithos-picker", Picker);

/**
 * Asks before something goes that no history keeps.
 *
 * @extends {Dialog<boolean>}
 */
export class ForGood extends Dialog {
  constructor() {
    super();
    /** @type {string[]} */
    this.names = [];
  }

  heading() {
    const { length } = this.names;
    return t("good.title", { n: length, count: length });
  }

  body() {
    return html`<p dir="auto">${this.names.slice(0, NAMED).join(", ")}${this.names.length > NAMED ? " …" : ""}</p>
      <p>${t("good.text")}</p>
      ${this.actions(html`<button type="button" class="danger" data-first @click=${() => this.close(true)}>${t("act.delete")}</button>`)}`;
  }
}
customElements.define("pithos-for-good", ForGood);

/** @typedef {{choice: "replace" | "both" | "skip", all: boolean}} Answer */

/** @extends {Dialog<Answer>} */
export class Conflict extends Dialog {
  constructor() {
    super();
    this.name = "";
    this.more = false;
    this.replaceable = true;
    this.lost = false; // whether what is replaced is gone for good
  }

  heading() {
    return t("conflict.title");
  }

  /** @param {SubmitEvent} event */
  #sent(event) {
    event.preventDefault();
    const choice = /** @type {Answer["choice"]} */ (/** @type {HTMLButtonElement} */ (event.submitter).value);
    const all = new FormData(/** @type {HTMLFormElement} */ (event.target)).has("all");
    this.close({ choice, all });
  }

  body() {
    return html`<form @submit=${this.#sent}>
      <p>${t("conflict.text", { name: this.name })}</p>
      ${this.lost ? html`<p class="note">${t("conflict.lost")}</p>` : nothing}
      ${this.more ? html`<label class="choice"><input type="checkbox" name="all" />${t("conflict.all")}</label>` : nothing}
      <div class="actions">
        <button class="plain" value="skip">${t("conflict.skip")}</button>
        ${this.replaceable ? html`<button class="plain" value="replace">${t("conflict.replace")}</button>` : nothing}
        <button class="primary" value="both" data-first>${t("conflict.both")}</button>
      </div>
    </form>`;
  }
}
customElements.define("pithos-conflict", Conflict);
