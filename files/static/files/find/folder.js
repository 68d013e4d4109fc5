/** A folder: where it is, what can be done here, and what is in it. */

import { html, nothing } from "../vendor/lit.js";
import { number } from "../core/format.js";
import { lastOf, parentOf } from "../core/names.js";
import { Part } from "../core/part.js";
import { address, go, look } from "../core/router.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import "./crumbs.js";
import "./grid.js";
import { inAddress, orderOf } from "./order.js";
import { isSearch, placeOf, wantedOf } from "./query.js";
import "./search.js";
import { Selection } from "./selection.js";
import { SORTABLE } from "./listing.js";
import "./toolbar.js";
import { Tree } from "./tree.js";

/**
 * @typedef {import("./listing.js").Entry} Entry
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {HTMLElement & {tree: Tree | null, selection: Selection}} FolderView
 * @typedef {{what: string, entry: Entry | null, anchor?: HTMLElement, point?: {x: number, y: number}}} Act
 */

class Folder extends Part {
  static properties = { tree: { state: true } };

  constructor() {
    super();
    /** @type {Tree | null} */
    this.tree = null;
    this.selection = new Selection();
    this.shown = "";
    this.at = "";
    this.sorted = "";
    this.revision = 0;
    this.previewing = false;
    this.loads = 0;
  }

  /** @returns {Grid} */
  get grid() {
    return /** @type {Grid} */ (this.one("pithos-grid"));
  }

  willUpdate() {
    const { route, revision } = this.state;
    const { sort, show, panel, on, history, at = "", ...query } = route.query;
    const shown = JSON.stringify([route.account, route.container, route.prefix, query]);
    const other = shown !== this.shown;
    if (other || revision !== this.revision || at !== this.at) this.#load(other);
    else if ((sort ?? "") !== this.sorted) this.tree?.show(orderOf(sort));
    if (show) this.#preview();
    if (panel) import("../work/details.js");
    this.shown = shown;
    this.at = at;
    this.sorted = sort ?? "";
    this.revision = revision;
  }

  async #preview() {
    if (this.previewing) return;
    this.previewing = true;
    const [{ Preview }, { open }] = await Promise.all([import("../work/preview.js"), import("../shell/dialog.js")]);
    await open(new Preview());
    this.previewing = false;
    if (this.state.route.query.show) look({ show: "" }, { replace: true });
    this.grid.focus();
  }

  /** @param {boolean} other whether it is another place, and not the same as it is now */
  async #load(other) {
    const { route } = this.state;
    const before = this.tree;
    const load = (this.loads += 1);
    const tree = new Tree(placeOf(route), () => this.#changed(tree), wantedOf(route));
    if (other) {
      this.selection.clear();
      this.tree = tree;
      before?.end();
      this.updateComplete.then(() => this.grid.restart());
      await tree.show(orderOf(route.query.sort));
      return;
    }
    // The same place again: what is seen stays until it is there.
    const open = [...(before?.opened.values() ?? [])].map((each) => each.place.prefix);
    await tree.root.upTo(before?.root.entries.length ?? 1);
    await tree.show(orderOf(route.query.sort));
    for (const row of tree.rows) if ("entry" in row && open.includes(row.entry.name)) await tree.expand(row.entry);
    if (load !== this.loads) return tree.end();
    this.tree?.end();
    this.tree = tree;
    this.selection.keep(tree.rows);
    this.dispatchEvent(new Event("choose", { bubbles: true }));
  }

  /** @param {Tree} tree */
  #changed(tree) {
    if (tree !== this.tree) return;
    this.selection.keep(tree.rows);
    this.requestUpdate();
    if (this.querySelector("pithos-grid")) this.grid.requestUpdate();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.tree?.end();
  }

  /** @param {Act} act */
  async act(act) {
    const { route } = this.state;
    const { what, entry } = act;
    if (what === "parent") return this.#up();
    if (what === "open" && entry?.kind === "folder") return go({ ...route, prefix: entry.name, query: kept(route.query) });
    if (what === "open" && entry) return look({ show: entry.name });
    const { perform } = await import("../work/acts.js");
    return perform(act, this);
  }

  #up() {
    const { route } = this.state;
    if (isSearch(route.query)) return look({ find: "", type: "", meta: "" });
    if (!route.prefix) return go({ view: route.account === this.state.account ? "containers" : "shared" });
    return go({ ...route, prefix: parentOf(route.prefix), query: kept(route.query) });
  }

  /** @param {import("./order.js").By} by */
  #order(by) {
    const now = this.tree?.order;
    look({ sort: inAddress({ by, down: now?.by === by ? !now.down : by !== "name" }) }, { replace: true });
  }

  get #name() {
    const { route } = this.state;
    return route.prefix ? lastOf(route.prefix) : route.container;
  }

  /** The slider, where the past is looked at. */
  #past() {
    const { query, account } = this.state.route;
    if (account !== this.state.account || !(query.history || query.at)) return nothing;
    import("../time/slider.js");
    return html`<pithos-slider></pithos-slider>`;
  }

  #empty() {
    const { tree } = this;
    if (!tree || tree.rows.length || tree.failure) return nothing;
    if (!tree.root.done) return html`<p class="soft">${t("loading")}</p>`;
    if (isSearch(this.state.route.query)) return html`<div class="empty">${icon("search")}<p>${t("search.none")}</p></div>`;
    return html`<div class="empty">${icon("jar")}<p>${t("folder.empty")}</p><p class="soft">${t("folder.drop")}</p></div>`;
  }

  #told() {
    const { tree } = this;
    if (tree?.isGone) return html`<p class="note failed" role="alert">${t("folder.gone")} <a class="button" href=${address({ view: "containers" })}>${t("nav.files")}</a></p>`;
    if (tree?.failure) return html`<p class="note failed" role="alert">${tree.failure} <button type="button" class="plain" @click=${() => tree.more(tree.root)}>${t("again")}</button></p>`;
    if (tree?.unsortable) return html`<p class="note" role="status">${t("sort.beyond", { n: number(SORTABLE) })}</p>`;
    return nothing;
  }

  render() {
    return html`<h1 class="unseen">${this.#name}</h1>
      <div class="top"><pithos-crumbs></pithos-crumbs><pithos-search></pithos-search></div>
      ${this.#past()}
      <pithos-toolbar .entries=${this.selection.entries} @act=${(/** @type {CustomEvent<Act>} */ event) => this.act(event.detail)}></pithos-toolbar>
      ${this.#told()} ${this.#empty()}
      <div class="split"><pithos-grid .tree=${this.tree} .selection=${this.selection} .label=${t("folder.files", { name: this.#name })}
        ?hidden=${!this.tree?.root.entries.length}
        @act=${(/** @type {CustomEvent<Act>} */ event) => this.act(event.detail)}
        @order=${(/** @type {CustomEvent} */ event) => this.#order(event.detail)}
        @choose=${() => this.requestUpdate()}></pithos-grid>
        <pithos-details></pithos-details></div>
      <p class="count" aria-live="polite">${this.#count()}</p>`;
  }

  #count() {
    const { chosen } = this.selection;
    if (chosen.size) return t("chosen", { n: number(chosen.size), count: chosen.size });
    const entries = this.tree?.rows.filter((row) => "entry" in row).length ?? 0;
    if (!this.tree || !entries) return "";
    return t(this.tree.root.done ? "rows" : "rows.loaded", { n: number(entries), count: entries });
  }
}
customElements.define("pithos-folder", Folder);

/** @param {Record<string, string>} query what goes along into another folder */
function kept({ at, history, sort }) {
  return Object.fromEntries(Object.entries({ at, history, sort }).filter(([, value]) => value));
}
