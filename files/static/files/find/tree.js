/** The rows that a view shows: a folder's entries, and below them those of folders that are open. */

import { Refusal } from "../core/api.js";
import { sentence } from "../core/refusals.js";
import { Listing, PAGE, SORTABLE } from "./listing.js";
import { sorted } from "./order.js";

/**
 * @typedef {import("./listing.js").Entry} Entry
 * @typedef {import("./listing.js").Place} Place
 * @typedef {import("./order.js").Order} Order
 * @typedef {{entry: Entry, level: number, open: boolean, position: number, count: number}} EntryRow
 *   position: from 1, among count; count: -1 is not known
 * @typedef {{more: Listing, level: number}} MoreRow where more is to be fetched
 * @typedef {EntryRow | MoreRow} Row
 */

export class Tree {
  /**
   * @param {Place} place
   * @param {() => void} changed is called after each change
   * @param {(entry: Entry) => boolean} [wanted] what is shown of what is found
   */
  constructor(place, changed, wanted) {
    this.root = new Listing(place);
    this.changed = changed;
    this.wanted = wanted;
    /** @type {Map<string, Listing>} */
    this.opened = new Map();
    /** @type {Order} */
    this.order = { by: "name", down: false };
    /** @type {Row[]} */
    this.rows = [];
    this.unsortable = false;
  }

  end() {
    this.root.end();
    for (const each of this.opened.values()) each.end();
  }

  /** @param {Order} order */
  async show(order) {
    this.order = order;
    const byName = order.by === "name" && !order.down;
    await this.root.upTo(byName ? 1 : SORTABLE);
    this.#flatten();
  }

  /** @param {Listing} listing */
  async more(listing) {
    await listing.more();
    this.#flatten();
  }

  /** @param {Entry} folder */
  async expand(folder) {
    if (this.opened.has(folder.key)) return;
    const listing = new Listing({ ...this.root.place, prefix: folder.name });
    this.opened.set(folder.key, listing);
    await this.more(listing);
  }

  /** @param {Entry} folder */
  collapse(folder) {
    this.opened.get(folder.key)?.end();
    if (this.opened.delete(folder.key)) this.#flatten();
  }

  /** Whether there is no such container, or nobody here may know of it. */
  get isGone() {
    return this.root.error instanceof Refusal && this.root.error.status === 404;
  }

  get failure() {
    return this.root.error ? sentence(this.root.error) : "";
  }

  #flatten() {
    /** @type {Row[]} */
    const rows = [];
    this.unsortable = false;
    this.#add(rows, this.root, 1);
    this.rows = rows;
    this.changed();
  }

  /**
   * @param {Row[]} rows
   * @param {Listing} listing
   * @param {number} level
   */
  #add(rows, listing, level) {
    const entries = this.#ordered(listing);
    const count = listing.done ? entries.length : -1;
    entries.forEach((entry, index) => {
      const below = this.opened.get(entry.key);
      rows.push({ entry, level, open: Boolean(below), position: index + 1, count });
      if (below) this.#add(rows, below, level + 1);
    });
    if (!listing.done) rows.push({ more: listing, level });
  }

  /** @param {Listing} listing */
  #ordered(listing) {
    const found = this.wanted ? listing.entries.filter(this.wanted) : listing.entries;
    const byName = this.order.by === "name" && !this.order.down;
    // Rows do not change their places while one scrolls: by name, the store's order stays if there are pages.
    if (byName ? listing.done && listing.entries.length < PAGE : listing.done) return sorted(found, this.order);
    if (!byName) this.unsortable = true;
    return found;
  }
}
