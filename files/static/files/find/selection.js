/** Which rows are chosen, which one has the cursor, and where a range began. */

/**
 * @typedef {import("./listing.js").Entry} Entry
 * @typedef {import("./tree.js").Row} Row
 */

export class Selection {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.chosen = new Map();
    this.cursor = 0;
    this.anchor = 0;
  }

  get entries() {
    return [...this.chosen.values()];
  }

  clear() {
    this.chosen.clear();
  }

  /** @param {string} key */
  has(key) {
    return this.chosen.has(key);
  }

  /**
   * The one row, and nothing else.
   *
   * @param {Row[]} rows
   * @param {number} index
   */
  only(rows, index) {
    this.chosen.clear();
    this.#put(rows[index]);
    this.cursor = this.anchor = index;
  }

  /**
   * @param {Row[]} rows
   * @param {number} index
   */
  toggle(rows, index) {
    const row = rows[index];
    if (row && "entry" in row && !this.chosen.delete(row.entry.key)) this.#put(row);
    this.cursor = this.anchor = index;
  }

  /**
   * All from where the range began.
   *
   * @param {Row[]} rows
   * @param {number} index
   */
  range(rows, index) {
    this.chosen.clear();
    const [from, to] = [Math.min(this.anchor, index), Math.max(this.anchor, index)];
    for (let at = from; at <= to; at += 1) this.#put(rows[at]);
    this.cursor = index;
  }

  /** @param {Row[]} rows */
  all(rows) {
    rows.forEach((row) => this.#put(row));
  }

  /**
   * Forget what is not there any more.
   *
   * @param {Row[]} rows
   */
  keep(rows) {
    const there = new Map(rows.flatMap((row) => ("entry" in row ? [[row.entry.key, row.entry]] : [])));
    for (const key of this.chosen.keys()) {
      const entry = there.get(key);
      if (entry) this.chosen.set(key, entry);
      else this.chosen.delete(key);
    }
    this.cursor = Math.max(0, Math.min(this.cursor, rows.length - 1));
  }

  /** @param {Row | undefined} row */
  #put(row) {
    if (row && "entry" in row) this.chosen.set(row.entry.key, row.entry);
  }
}
