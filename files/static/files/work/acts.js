/** What is done with files and folders, from asking to undoing. */

import { Refusal } from "../core/api.js";
import { lastOf, numbered, parentOf } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { go, look } from "../core/router.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { open } from "../shell/dialog.js";
import { openMenu } from "../shell/menu.js";
import { Conflict, ForGood, NameDialog, Picker } from "./dialogs.js";
import { downloadArchive, downloadFile } from "./downloads.js";
import { carry, makeFolder, remove } from "./operations.js";
import { keepsHistory, versionAt } from "./versions.js";

/**
 * @typedef {import("../find/listing.js").Entry} Entry
 * @typedef {import("../find/selection.js").Selection} Selection
 * @typedef {import("./operations.js").Home} Home
 * @typedef {import("./operations.js").Undo} Undo
 * @typedef {{what: string, entry: Entry | null, anchor?: HTMLElement, point?: {x: number, y: number}}} Act
 * @typedef {{selection: Selection, act(act: Act): unknown, grid: HTMLElement}} View
 */

/** @returns {Home} */
function home() {
  const { account, container } = store.state.route;
  return { account, container };
}

/**
 * Do it, say so, and offer to undo it.
 *
 * @param {string} done what is said then
 * @param {Undo[]} undo of each that was done
 * @param {{undoable?: boolean}} [options]
 */
function tell(done, undo, { undoable = true } = {}) {
  store.touch();
  if (!undo.length) return;
  if (!undoable) return void toast(done);
  toast(done, {
    undo: async () => {
      for (const each of undo.reverse()) await each();
      store.touch();
      toast(t("undone"));
    },
  });
}

async function makeNew() {
  const { prefix } = store.state.route;
  const at = home();
  const dialog = new NameDialog();
  Object.assign(dialog, { words: "new", folder: prefix });
  dialog.act = async (name) => tell(t("new.done", { name }), [await makeFolder(at, `${prefix}${name}/`)]);
  await open(dialog);
}

/** @param {Entry} entry */
async function rename(entry) {
  const at = home();
  const end = entry.kind === "folder" ? "/" : "";
  const folder = parentOf(entry.name);
  const dialog = new NameDialog();
  Object.assign(dialog, { words: "rename", name: lastOf(entry.name), folder });
  dialog.act = async (name) => tell(t("rename.done", { name }), [await carry("MOVE", at, entry, at, `${folder}${name}${end}`)]);
  await open(dialog);
}

/**
 * Move or copy; where a name is taken, ask.
 *
 * @param {"move" | "copy"} what
 * @param {Entry[]} entries
 */
async function bring(what, entries) {
  const from = home();
  const dialog = new Picker();
  const { container, prefix } = store.state.route;
  const own = from.account === store.state.account;
  Object.assign(dialog, { words: what, count: entries.length, target: own ? { container, prefix } : { container: "", prefix: "" } });
  const target = await open(dialog);
  if (!target) return;
  const to = { account: store.state.account, container: target.container };
  /** @type {Undo[]} */
  const undo = [];
  /** @type {{always: import("./dialogs.js").Answer["choice"] | ""}} */
  const conflicts = { always: "" };
  await each(entries, async (entry, more) => {
    const wanted = target.prefix + lastOf(entry.name) + (entry.kind === "folder" ? "/" : "");
    if (what === "move" && sameHome(from, to) && wanted === entry.name) return;
    const name = await settled(wanted, more, conflicts, (at) => carry(what === "move" ? "MOVE" : "COPY", from, entry, to, at).then((each) => void undo.push(each)));
    return name;
  });
  tell(t(`${what}.done`, { n: undo.length, count: undo.length }), undo);
}

/**
 * @param {Home} one
 * @param {Home} other
 */
function sameHome(one, other) {
  return one.account === other.account && one.container === other.container;
}

/**
 * Do it under the name that is wanted, or under one beside it.
 *
 * @param {string} wanted
 * @param {boolean} more
 * @param {{always: string}} conflicts
 * @param {(name: string) => Promise<void>} act
 */
async function settled(wanted, more, conflicts, act) {
  for (let number = 1; ; number += 1) {
    try {
      return await act(number === 1 ? wanted : beside(wanted, number));
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 412)) throw error;
    }
    if (number === 1 && !conflicts.always) {
      const dialog = new Conflict();
      Object.assign(dialog, { name: lastOf(wanted), more, replaceable: false });
      const answer = await open(dialog);
      if (answer?.all) conflicts.always = answer.choice;
      if (answer?.choice !== "both") return;
    } else if (conflicts.always === "skip") return;
  }
}

/**
 * @param {string} name
 * @param {number} number
 */
function beside(name, number) {
  return name.endsWith("/") ? `${name.slice(0, -1)} (${number})/` : numbered(name, number);
}

/**
 * One after the other; what the store refuses is said, and the rest goes on.
 *
 * @param {Entry[]} entries
 * @param {(entry: Entry, more: boolean) => Promise<unknown>} act
 */
async function each(entries, act) {
  for (const [index, entry] of entries.entries()) {
    try {
      await act(entry, index < entries.length - 1);
    } catch (error) {
      toast(t("failed.of", { name: lastOf(entry.name), told: sentence(error) }), { kind: "failed" });
    }
  }
}

/** @param {Entry[]} entries none is the whole folder */
async function download(entries) {
  const { container, prefix, query } = store.state.route;
  const [one] = entries;
  if (entries.length === 1 && one.kind === "file") {
    const version = query.at ? await versionAt(home(), one.name, Number(query.at)) : undefined;
    return downloadFile(home(), one.name, lastOf(one.name), version);
  }
  toast(t("download.archive"));
  const label = lastOf(entries.length === 1 ? one.name : prefix) || container;
  return downloadArchive(home(), prefix, entries, label, query.at);
}

/** @param {Act} act */
function pick({ anchor }) {
  const panel = /** @type {import("../upload/panel.js").Picking | null} */ (document.querySelector("pithos-uploads"));
  const button = document.querySelector('[data-act="upload"]');
  panel?.pick(anchor ?? /** @type {HTMLElement} */ (button));
}

/** @param {Entry[]} entries */
async function removeAll(entries) {
  const at = home();
  const undoable = await keepsHistory(at);
  if (!undoable && !(await open(Object.assign(new ForGood(), { names: entries.map(({ label }) => label) })))) return;
  /** @type {Undo[]} */
  const undo = [];
  await each(entries, async (entry) => void undo.push(await remove(at, entry)));
  tell(t("delete.done", { n: undo.length, count: undo.length }), undo, { undoable });
}

/**
 * @param {Act} act
 * @param {View} view
 */
function showMenu({ entry, anchor, point }, view) {
  if (!entry || !anchor) return;
  const { route, account } = store.state;
  const past = Boolean(route.query.at);
  const own = route.account === account;
  const item = (/** @type {string} */ what, /** @type {string} */ icon, key = "") => ({ label: t(`act.${what}`), icon, key, danger: what === "delete", act: () => view.act({ what, entry, anchor }) });
  const change = past ? [item("copy", "copy", "C")] : own ? [item("rename", "pencil", "F2"), item("move", "move", "M"), item("copy", "copy", "C")] : [item("copy", "copy", "C")];
  const first = [item("open", entry.kind === "folder" ? "folder" : "eye", "Enter"), item("download", "download"), ...(own && !past ? [item("share", "shared")] : []), item("details", "info", "I")];
  openMenu(anchor, t("actions.of", { name: entry.label }), [...first, null, ...change, ...(own && !past ? [null, item("delete", "trash", "Del")] : [])], point ?? null);
}

/**
 * @param {Act} act
 * @param {View} view
 */
export async function perform(act, view) {
  const { what, entry } = act;
  const chosen = view.selection.entries;
  const entries = chosen.length ? chosen : entry ? [entry] : [];
  try {
    if (what === "menu") showMenu(act, view);
    else if (what === "upload") pick(act);
    else if (what === "new") await makeNew();
    else if (what === "rename" && entry) await rename(entry);
    else if ((what === "move" || what === "copy") && entries.length) await bring(what, entries);
    else if (what === "delete" && entries.length) await removeAll(entries);
    else if (what === "history") look({ history: store.state.route.query.history ? "" : "1", at: "" });
    else if (what === "download") await download(entries);
    else if (what === "details" || what === "share") look({ panel: what === "share" ? "people" : "facts", on: entry?.name ?? "" });
    else if (what === "preview" && entry?.kind === "file") look({ show: entry.name });
    else if (what === "preview" && entry) go({ ...store.state.route, prefix: entry.name });
  } catch (error) {
    toast(sentence(error), { kind: "failed" });
  }
  if (!["menu", "details", "share"].includes(what)) view.grid.focus();
}
