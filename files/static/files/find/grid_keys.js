/** What keys do in the grid. */

import { singleKeys } from "../shell/keys.js";

/**
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {import("./tree.js").EntryRow} EntryRow
 */

/** @type {Record<string, string>} */
const ACTS = { Enter: "open", F2: "rename", Delete: "delete", ContextMenu: "menu", Backspace: "parent" };
/** @type {Record<string, string>} */
const LETTERS = { p: "preview", m: "move", c: "copy", n: "new", u: "upload", i: "details", h: "history" };

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 */
export function gridKey(grid, event) {
  if (event.target instanceof Element && event.target.closest("[data-sort], .waiting")) return;
  const held = event.ctrlKey || event.metaKey;
  const done =
    (event.altKey ? event.key === "ArrowUp" && (grid.send("parent", null), true) : false) ||
    (held && event.key.toLowerCase() === "a" ? chooseAll(grid) : false) ||
    (!event.altKey && walk(grid, event, held)) ||
    (!event.altKey && !held && act(grid, event));
  if (done) event.preventDefault();
}

/** @param {Grid} grid */
function chooseAll(grid) {
  grid.selection.all(grid.rows);
  grid.chose();
  return true;
}

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 * @param {boolean} held
 */
function walk(grid, { key, shiftKey }, held) {
  const { rows, selection } = grid;
  const page = Math.max(1, Math.floor(grid.height / grid.row) - 2);
  /** @type {Record<string, number>} */
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (!(key in steps) || !rows.length) return false;
  const fresh = !selection.chosen.size && selection.cursor === 0 && key === "ArrowDown";
  const index = Math.max(0, Math.min(rows.length - 1, fresh ? 0 : selection.cursor + steps[key]));
  if (shiftKey) selection.range(rows, index);
  else if (held) selection.cursor = index;
  else selection.only(rows, index);
  grid.reveal(index);
  grid.chose();
  return true;
}

/**
 * @param {Grid} grid
 * @param {KeyboardEvent} event
 */
function act(grid, { key, shiftKey }) {
  const row = grid.rows[grid.selection.cursor];
  const entryRow = row && "entry" in row ? row : null;
  if (key === " ") {
    grid.selection.toggle(grid.rows, grid.selection.cursor);
    grid.chose();
    return true;
  }
  if (key === "Escape") {
    grid.selection.clear();
    grid.chose();
    return true;
  }
  if (key === "ArrowRight" || key === "ArrowLeft") return unfold(grid, entryRow, key === "ArrowRight");
  const what = ACTS[key] ?? (shiftKey || !singleKeys() ? undefined : LETTERS[key.toLowerCase()]);
  if (!what) return false;
  const anchor = /** @type {HTMLElement | null} */ (grid.querySelector(`#row-${grid.selection.cursor} .menu-cell button`));
  grid.send(what, entryRow?.entry ?? null, anchor ?? undefined);
  return true;
}

/**
 * @param {Grid} grid
 * @param {EntryRow | null} row
 * @param {boolean} open
 */
function unfold(grid, row, open) {
  if (!row || row.entry.kind !== "folder") return open ? false : toParent(grid, row);
  if (open && !row.open) grid.tree?.expand(row.entry);
  else if (!open && row.open) grid.tree?.collapse(row.entry);
  else if (!open) return toParent(grid, row);
  return true;
}

/**
 * Go to the folder of a row, where it is open above it.
 *
 * @param {Grid} grid
 * @param {EntryRow | null} row
 */
function toParent(grid, row) {
  if (!row || row.level === 1) return false;
  for (let index = grid.selection.cursor; index >= 0; index -= 1) {
    const above = grid.rows[index];
    if ("entry" in above && above.level < row.level) {
      grid.selection.only(grid.rows, index);
      grid.reveal(index);
      grid.chose();
      break;
    }
  }
  return true;
}
