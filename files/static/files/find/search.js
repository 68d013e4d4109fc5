/** The search of a folder: how names begin; and, behind a button, a type and metadata. */

import { html, live, nothing } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { look } from "../core/router.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import { conditionsOf, inMeta, isSearch, KIND_NAMES, OPERATORS } from "./query.js";

/** @typedef {import("./query.js").Condition} Condition */

const PAUSE_MS = 250;

class Search extends Part {
  static properties = { open: { state: true }, conditions: { state: true } };

  constructor() {
    super();
    this.open = false;
    /** @type {Condition[]} */
    this.conditions = [];
    this.meta = "";
    this.timer = 0;
  }

  willUpdate() {
    const { meta = "" } = this.state.route.query;
    if (meta === this.meta) return;
    this.meta = meta;
    if (inMeta(this.conditions) !== meta) this.conditions = conditionsOf(meta);
  }

  /** @param {Record<string, string>} change */
  #look(change) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => look(change, { replace: isSearch(this.state.route.query) }), PAUSE_MS);
  }

  /**
   * @param {number} index
   * @param {Partial<Condition>} change
   */
  #change(index, change) {
    this.conditions = this.conditions.map((each, at) => (at === index ? { ...each, ...change } : each));
    this.#look({ meta: inMeta(this.conditions) });
  }

  #add() {
    this.conditions = [...this.conditions, { key: "", operator: "=", value: "" }];
  }

  /** @param {number} index */
  #remove(index) {
    this.conditions = this.conditions.filter((_, at) => at !== index);
    this.#look({ meta: inMeta(this.conditions) });
  }

  #clear() {
    this.conditions = [];
    look({ find: "", type: "", meta: "" });
  }

  /**
   * @param {Condition} each
   * @param {number} index
   */
  #condition(each, index) {
    const plain = each.operator === "" || each.operator === "!";
    return html`<div class="condition">
      <input aria-label=${t("search.key")} placeholder=${t("search.key")} .value=${live(each.key)} @input=${(/** @type {Event} */ event) => this.#change(index, { key: text(event) })} />
      <select aria-label=${t("search.operator")} .value=${live(each.operator)} @change=${(/** @type {Event} */ event) => this.#change(index, { operator: text(event) })}>
        ${OPERATORS.map((operator) => html`<option value=${operator} ?selected=${operator === each.operator}>${words(operator)}</option>`)}
      </select>
      ${plain ? nothing : html`<input aria-label=${t("search.value")} placeholder=${t("search.value")} .value=${live(each.value)} @input=${(/** @type {Event} */ event) => this.#change(index, { value: text(event) })} />`}
      <button type="button" class="round" aria-label=${t("search.remove")} @click=${() => this.#remove(index)}>${icon("close")}</button>
    </div>`;
  }

  #builder() {
    const { type = "" } = this.state.route.query;
    return html`<div class="builder" id="search-builder">
      <label>${t("search.type")}
        <select .value=${live(type)} @change=${(/** @type {Event} */ event) => this.#look({ type: text(event) })}>
          <option value="">${t("type.any")}</option>
          ${KIND_NAMES.map((kind) => html`<option value=${kind} ?selected=${kind === type}>${t(`type.${kind}`)}</option>`)}
        </select>
      </label>
      <fieldset><legend>${t("search.meta")}</legend>
        ${this.conditions.map((each, index) => this.#condition(each, index))}
        <button type="button" class="plain" @click=${() => this.#add()}>${icon("plus")}${t("search.add")}</button>
      </fieldset>
    </div>`;
  }

  render() {
    const { query } = this.state.route;
    return html`<form role="search" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <div class="field">${icon("search")}
          <input type="search" data-search aria-label=${t("search.label")} placeholder=${t("search.hint")} .value=${live(query.find ?? "")} @input=${(/** @type {Event} */ event) => this.#look({ find: text(event) })} />
        </div>
        <button type="button" class="plain" aria-expanded=${this.open} aria-controls="search-builder" @click=${() => (this.open = !this.open)}>${icon("gear")}<span class="wide">${t("search.more")}</span></button>
        ${isSearch(query) ? html`<button type="button" class="plain" @click=${() => this.#clear()}>${icon("close")}<span class="wide">${t("search.clear")}</span></button>` : nothing}
      </form>
      ${this.open || query.type || query.meta ? this.#builder() : nothing}`;
  }
}
customElements.define("pithos-search", Search);

/** @param {Event} event */
function text(event) {
  return /** @type {HTMLInputElement} */ (event.target).value;
}

/** @param {string} operator */
function words(operator) {
  if (operator === "") return t("search.has");
  if (operator === "!") return t("search.lacks");
  return operator;
}
