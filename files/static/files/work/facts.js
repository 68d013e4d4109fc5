/** Size, type, hash and metadata; type and metadata are changed here. */

import { html, nothing } from "../vendor/lit.js";
import { ask, inHeader, pathOf } from "../core/api.js";
import { moment, size } from "../core/format.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import { headOf } from "./operations.js";
import { Subject } from "./subject.js";

const META = "x-object-meta-";
const ASCII = /^[ -~]*$/; // what a type consists of

/** @param {string} text as headers have it */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

class Facts extends Subject {
  static properties = { rows: { state: true } };

  constructor() {
    super();
    /** @type {Headers | null} */
    this.told = null;
    /** @type {{key: string, value: string}[]} */
    this.rows = [];
  }

  async load() {
    const told = await headOf(this.home, this.object);
    const headers = [...(told?.entries() ?? [])];
    const rows = headers.filter(([key]) => key.startsWith(META)).map(([key, value]) => ({ key: decoded(key.slice(META.length)), value: decoded(value) }));
    return { told, rows };
  }

  /** @param {Event} event */
  #sent(event) {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const type = String(fields.get("type") ?? "");
    const changes = type && type !== this.told?.get("Content-Type");
    if (changes && !ASCII.test(type)) {
      this.failure = t("facts.type");
      return;
    }
    const [keys, values] = [fields.getAll("key"), fields.getAll("value")];
    const subject = { ...this.home, name: this.object };
    const path = pathOf(subject);
    this.perform(async () => {
      await ask("POST", path, { headers: this.#metadata(keys.map(String), values.map(String)), query: { update: "" } });
      if (changes) {
        // The store changes a type where an object is moved onto itself.
        await ask("MOVE", path, { headers: { "Content-Type": type, Destination: inHeader(subject) } });
      }
      toast(t("facts.saved"));
      store.touch();
    });
  }

  /**
   * @param {string[]} keys
   * @param {string[]} values
   */
  #metadata(keys, values) {
    /** @type {Record<string, string>} */
    const headers = {};
    for (const key of this.told?.keys() ?? []) if (key.startsWith(META)) headers[key] = "";
    keys.forEach((key, index) => {
      if (key.trim()) headers[META + encodeURIComponent(key.trim().toLowerCase())] = encodeURIComponent(values[index].trim());
    });
    return headers;
  }

  /**
   * @param {string} words
   * @param {unknown} value
   */
  #fact(words, value) {
    return html`<div><dt>${t(words)}</dt><dd>${value}</dd></div>`;
  }

  /** @param {number} index */
  #row(index) {
    const { key, value } = this.rows[index];
    return html`<div class="condition">
      <input name="key" aria-label=${t("search.key")} placeholder=${t("search.key")} .value=${key} @input=${(/** @type {Event} */ event) => (this.rows[index].key = text(event))} />
      <input name="value" aria-label=${t("search.value")} placeholder=${t("search.value")} .value=${value} @input=${(/** @type {Event} */ event) => (this.rows[index].value = text(event))} />
      <button type="button" class="round" aria-label=${t("facts.remove", { name: key })} @click=${() => (this.rows = this.rows.filter((_, at) => at !== index))}>${icon("close")}</button>
    </div>`;
  }

  render() {
    const { told } = this;
    const failure = this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : nothing;
    if (!this.known) return this.failure ? failure : html`<p class="soft">${t("loading")}</p>`;
    if (!told) return html`${failure}<p class="soft">${t("facts.folder")}</p>`;
    const folder = this.name.endsWith("/");
    return html`${failure}<dl class="facts">
        ${folder ? nothing : this.#fact("column.size", size(Number(told.get("Content-Length"))))}
        ${this.#fact("column.modified", moment(Date.parse(told.get("Last-Modified") ?? "")))}
        ${this.#fact("facts.by", told.get("X-Object-Modified-By"))}
        ${folder ? nothing : this.#fact("facts.hash", html`<code>${told.get("X-Object-Hash")}</code>`)}
      </dl>
      <form @submit=${this.#sent}>
        ${folder ? nothing : html`<label class="field">${t("search.type")}<input name="type" .value=${told.get("Content-Type") ?? ""} /></label>`}
        <fieldset><legend>${t("search.meta")}</legend>
          ${this.rows.map((_, index) => this.#row(index))}
          <button type="button" class="plain" @click=${() => (this.rows = [...this.rows, { key: "", value: "" }])}>${icon("plus")}${t("facts.add")}</button>
        </fieldset>
        <div class="actions"><button class="primary" ?disabled=${this.busy}>${t("save")}</button></div>
      </form>`;
  }
}
customElements.define("pithos-facts", Facts);

/** @param {Event} event */
function text(event) {
  return /** @type {HTMLInputElement} */ (event.target).value;
}
