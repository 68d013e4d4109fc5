/** People and groups who may read or write a file or folder. */

import { html, nothing } from "../vendor/lit.js";
import { ask, pathOf, Refusal } from "../core/api.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import { headOf, makeFolder } from "../work/operations.js";
import { Subject } from "../work/subject.js";
import { grantsOf, headerOf } from "./sharing.js";

/** @typedef {import("./sharing.js").Grant} Grant */

class People extends Subject {
  static properties = { grants: { state: true } };

  constructor() {
    super();
    /** @type {Grant[]} */
    this.grants = [];
    this.from = "";
  }

  async load() {
    const head = await headOf(this.home, this.object);
    const grants = grantsOf(head?.get("X-Object-Sharing") ?? "");
    const by = head?.get("X-Object-Shared-By") ?? "";
    const path = by.split("/").slice(-1 * (this.object.split("/").length + 1));
    const from = by && !by.endsWith(`/${encodeURI(this.object)}`) ? decodeURIComponent(by.replace(/^.*?\/v1\//, "").split("/").slice(2).join("/") || path.join("/")) : "";
    return { grants, from };
  }

  /** @param {Grant[]} grants */
  #save(grants) {
    const { home, name, object } = this;
    return this.perform(async () => {
      if (name.endsWith("/") && !(await headOf(home, object))) await makeFolder(home, name);
      await ask("POST", pathOf({ ...home, name: object }), { query: { update: "", format: "json" }, headers: { "X-Object-Sharing": headerOf(grants) } });
      await this.reload();
    });
  }

  /** @param {unknown} error */
  refused(error) {
    if (!(error instanceof Refusal && error.status === 409)) return super.refused(error);
    return t("people.conflict", { paths: pathsIn(error.body).join(", ") || error.message });
  }

  /** @param {Event} event */
  #sent(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const fields = new FormData(form);
    const who = String(fields.get("who")).trim();
    if (!who) return;
    const right = fields.get("right") === "write" ? "write" : "read";
    this.#save([...this.grants.filter((each) => each.who !== who), { who, right }]).then(() => this.failure || form.reset());
  }

  /** @param {Grant} grant */
  #row({ who, right }) {
    const others = this.grants.filter((each) => each.who !== who);
    const change = (/** @type {Event} */ event) => this.#save([...others, { who, right: /** @type {Grant["right"]} */ (/** @type {HTMLSelectElement} */ (event.target).value) }]);
    return html`<li>${icon(who.includes(":") || who === "*" ? "shared" : "person")}<span class="who">${who === "*" ? t("people.all") : who}</span>
      ${this.from
        ? html`<span class="soft">${t(`right.${right}`)}</span>`
        : html`<select aria-label=${t("people.right", { name: who })} @change=${change}>${["read", "write"].map((each) => html`<option value=${each} ?selected=${each === right}>${t(`right.${each}`)}</option>`)}</select>
            <button type="button" class="round" aria-label=${t("people.remove", { name: who })} @click=${() => this.#save(others)}>${icon("close")}</button>`}</li>`;
  }

  render() {
    if (!this.known) return this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : html`<p class="soft">${t("loading")}</p>`;
    return html`${this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : nothing}
      ${this.from ? html`<p class="note">${t("people.inherited", { name: this.from })}</p>` : nothing}
      <ul class="people">${this.grants.map((each) => this.#row(each))}</ul>
      ${this.grants.length ? nothing : html`<p class="soft">${t("people.none")}</p>`}
      ${this.from
        ? nothing
        : html`<form class="add" @submit=${this.#sent}>
            <label class="field">${t("people.who")}<input name="who" autocomplete="off" autocapitalize="none" /></label>
            <label class="field">${t("people.may")}<select name="right"><option value="read">${t("right.read")}</option><option value="write">${t("right.write")}</option></select></label>
            <button class="primary" ?disabled=${this.busy}>${t("people.add")}</button>
          </form>
          <p class="soft">${t("people.help")}</p>`}`;
  }
}
customElements.define("pithos-people", People);

/** @param {string} body of a refusal @returns {string[]} */
function pathsIn(body) {
  try {
    const told = JSON.parse(body);
    return Array.isArray(told) ? told.map((path) => String(path).replace(/^\//, "").split("/").slice(2).join("/")) : [];
  } catch {
    return [];
  }
}
