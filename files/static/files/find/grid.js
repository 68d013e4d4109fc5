/** A treegrid of any number of rows; the page holds those that are seen. */

import { html, ifDefined, nothing, repeat } from "../vendor/lit.js";
import { day, moment, size } from "../core/format.js";
import { readable } from "../core/names.js";
import { Part } from "../core/part.js";
import { address } from "../core/router.js";
import { t } from "../core/words.js";
import { icon, iconOf } from "../shell/icons.js";
import { gridKey } from "./grid_keys.js";
import { place } from "./placed.js";
import { Selection } from "./selection.js";

/**
 * @typedef {import("./tree.js").Tree} Tree
 * @typedef {import("./tree.js").Row} Row
 * @typedef {import("./tree.js").EntryRow} EntryRow
 * @typedef {import("./listing.js").Entry} Entry
 * @typedef {import("./order.js").By} By
 */

const AHEAD = 8;
/** @type {By[]} */
const COLUMNS = ["name", "size", "modified"];

export class Grid extends Part {
  static properties = { tree: { attribute: false }, selection: { attribute: false }, label: {}, top: { state: true } };

  constructor() {
    super();
    /** @type {Tree | null} */
    this.tree = null;
    this.selection = new Selection();
    this.label = "";
    this.top = 0;
    this.height = 600;
    this.row = 40;
    /** @type {ResizeObserver | null} */
    this.watch = null;
  }

  get rows() {
    return this.tree?.rows ?? [];
  }

  firstUpdated() {
    this.watch = new ResizeObserver(() => this.#measure());
    this.watch.observe(this.#box);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch?.disconnect();
  }

  get #box() {
    return this.one(".rows");
  }

  #measure() {
    this.height = this.#box.clientHeight;
    this.row = parseFloat(getComputedStyle(this.#box).getPropertyValue("--row")) || 40;
    this.requestUpdate();
  }

  focus() {
    this.#box.focus();
  }

  /** Start at the top again, with nothing chosen. */
  restart() {
    this.selection.clear();
    this.selection.cursor = this.selection.anchor = 0;
    if (this.isConnected && this.querySelector(".rows")) this.#box.scrollTop = 0;
    this.top = 0;
  }

  /** Tell that other rows are chosen. */
  chose() {
    this.requestUpdate();
    this.dispatchEvent(new Event("choose"));
  }

  /** @param {number} index bring it into sight */
  reveal(index) {
    const box = this.#box;
    const head = this.row;
    const at = index * this.row;
    if (at < box.scrollTop) box.scrollTop = at;
    else if (at + this.row + head > box.scrollTop + box.clientHeight) box.scrollTop = at + this.row + head - box.clientHeight;
    this.top = box.scrollTop;
  }

  /**
   * @param {string} what "open", "menu", "rename" and so on
   * @param {Entry | null} entry
   * @param {HTMLElement} [anchor]
   * @param {MouseEvent} [event]
   */
  send(what, entry, anchor, event) {
    this.dispatchEvent(new CustomEvent("act", { detail: { what, entry, anchor, point: event && { x: event.clientX, y: event.clientY } } }));
  }

  /** @returns {{first: number, last: number}} the rows that are seen, and a few around them */
  #seen() {
    const first = Math.max(0, Math.floor(this.top / this.row) - AHEAD);
    const last = Math.min(this.rows.length, Math.ceil((this.top + this.height) / this.row) + AHEAD);
    return { first, last };
  }

  updated() {
    const { first, last } = this.#seen();
    for (const row of this.rows.slice(first, last)) {
      if ("more" in row && !row.more.loading && !row.more.error) this.tree?.more(row.more);
    }
  }

  /**
   * @param {MouseEvent} event
   * @param {number} index
   */
  #clicked(event, index) {
    const { selection, rows } = this;
    if (event.shiftKey) selection.range(rows, index);
    else if (event.ctrlKey || event.metaKey || /** @type {Element} */ (event.target).closest(".tick")) selection.toggle(rows, index);
    else selection.only(rows, index);
    this.focus();
    this.chose();
  }

  /**
   * @param {MouseEvent} event
   * @param {number} index
   * @param {Entry} entry
   */
  #opened(event, index, entry) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) event.preventDefault();
    else {
      event.preventDefault();
      event.stopPropagation();
      this.selection.cursor = this.selection.anchor = index;
      this.send("open", entry);
    }
  }

  /**
   * @param {MouseEvent} event
   * @param {number} index
   * @param {Entry} entry
   */
  #menu(event, index, entry) {
    event.preventDefault();
    event.stopPropagation();
    if (!this.selection.has(entry.key)) this.selection.only(this.rows, index);
    this.chose();
    const byMouse = event.type === "contextmenu";
    this.send("menu", entry, byMouse ? this.#box : /** @type {HTMLElement} */ (event.currentTarget), byMouse ? event : undefined);
  }

  /** @param {By} by */
  #head(by) {
    const { order } = this.tree ?? {};
    const way = order?.by === by ? (order.down ? "descending" : "ascending") : undefined;
    return html`<div role="columnheader" class=${by} aria-sort=${ifDefined(way)}>
      <button type="button" tabindex="-1" data-sort=${by} @click=${() => this.dispatchEvent(new CustomEvent("order", { detail: by }))}>
        ${t(`column.${by}`)}${way ? icon(way === "ascending" ? "up" : "down") : nothing}
      </button>
    </div>`;
  }

  /**
   * @param {EntryRow} row
   * @param {number} index
   */
  #entry(row, index) {
    const { entry } = row;
    const chosen = this.selection.has(entry.key);
    const isFolder = entry.kind === "folder";
    const { account, container, at } = /** @type {Tree} */ (this.tree).root.place;
    const query = /** @type {Record<string, string>} */ (at ? { at } : {});
    const href = isFolder ? address({ account, container, prefix: entry.name, query }) : address({ ...this.state.route, query: { ...this.state.route.query, show: entry.name } });
    return html`<div role="row" id="row-${index}" class="row ${entry.kind} ${chosen ? "chosen" : ""} ${index === this.selection.cursor ? "cursor" : ""}"
      ${place({ top: index * this.row, indent: row.level - 1 })}
      aria-rowindex=${index + 2} aria-level=${row.level} aria-posinset=${row.position} aria-setsize=${row.count} aria-selected=${chosen}
      aria-expanded=${ifDefined(isFolder ? String(row.open) : undefined)}
      @click=${(/** @type {MouseEvent} */ event) => this.#clicked(event, index)}
      @contextmenu=${(/** @type {MouseEvent} */ event) => this.#menu(event, index, entry)}>
      <div role="gridcell" class="tick"><span class="box" aria-hidden="true">${icon("check")}</span></div>
      <div role="gridcell" class="name">
        <button type="button" class="twist" tabindex="-1" aria-hidden="true" ?hidden=${!isFolder} @click=${(/** @type {Event} */ event) => this.#twist(event, row)}>${icon("chevron")}</button>
        ${icon(iconOf(entry))}
        <a href=${href} tabindex="-1" dir="auto" title=${entry.label} @click=${(/** @type {MouseEvent} */ event) => this.#opened(event, index, entry)}>${shown(entry.label)}</a>
      </div>
      <div role="gridcell" class="size">${isFolder ? "" : size(entry.size)}</div>
      <div role="gridcell" class="modified">${entry.modified ? html`<time datetime=${new Date(entry.modified).toISOString()} title=${moment(entry.modified)}>${day(entry.modified)}</time>` : ""}</div>
      <div role="gridcell" class="menu-cell"><button type="button" class="round" tabindex="-1" aria-haspopup="menu" aria-label=${t("actions.of", { name: entry.label })} @click=${(/** @type {MouseEvent} */ event) => this.#menu(event, index, entry)}>${icon("more")}</button></div>
    </div>`;
  }

  /**
   * @param {Event} event
   * @param {EntryRow} row
   */
  #twist(event, row) {
    event.stopPropagation();
    if (row.open) this.tree?.collapse(row.entry);
    else this.tree?.expand(row.entry);
  }

  render() {
    const { first, last } = this.#seen();
    const rows = this.rows.slice(first, last).map((row, index) => ({ row, index: first + index }));
    const last_row = this.rows.at(-1);
    const known = !last_row || !("more" in last_row);
    const cursor = this.rows.length && this.selection.cursor >= first && this.selection.cursor < last ? `row-${this.selection.cursor}` : undefined;
    return html`<div class="rows" role="treegrid" tabindex="0" aria-label=${this.label} aria-multiselectable="true"
      aria-rowcount=${known ? this.rows.length + 1 : -1} aria-colcount="5" aria-activedescendant=${ifDefined(cursor)}
      @scroll=${(/** @type {Event} */ event) => (this.top = /** @type {Element} */ (event.currentTarget).scrollTop)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => gridKey(this, event)}>
      <div role="row" class="head" aria-rowindex="1">
        <div role="columnheader" class="tick"><span class="unseen">${t("column.chosen")}</span></div>
        ${COLUMNS.map((by) => this.#head(by))}
        <div role="columnheader" class="menu-cell"><span class="unseen">${t("column.actions")}</span></div>
      </div>
      <div role="rowgroup" class="body" ${place({ height: this.rows.length * this.row })}>
        ${repeat(rows, ({ row, index }) => ("entry" in row ? row.entry.key : `more ${index}`), ({ row, index }) => this.#drawn(row, index))}
      </div>
    </div>`;
  }

  /**
   * @param {Row} row
   * @param {number} index
   */
  #drawn(row, index) {
    if ("entry" in row) return this.#entry(row, index);
    return html`<div role="row" class="row waiting" ${place({ top: index * this.row, indent: row.level - 1 })} aria-rowindex=${index + 2} aria-level=${row.level}>
      <div role="gridcell">${row.more.error ? html`<button type="button" class="plain" @click=${() => this.tree?.more(row.more)}>${t("again")}</button>` : t("loading")}</div>
    </div>`;
  }
}
customElements.define("pithos-grid", Grid);

/** @param {string} label a name with blanks at its ends is seen to have them */
function shown(label) {
  return readable(label).replace(/^ +| +$/g, (blanks) => "\u2423".repeat(blanks.length));
}
