/** A folder, or what is chosen, made what it was: told first, then done, then undone by a click. */

import { html, nothing } from "../vendor/lit.js";
import { second, size } from "../core/format.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { Dialog, open } from "../shell/dialog.js";
import { bringBack, headOf } from "../work/operations.js";
import { versionAt } from "../work/versions.js";
import { restore } from "./past.js";

/**
 * @typedef {import("../find/listing.js").Entry} Entry
 * @typedef {import("../work/operations.js").Home} Home
 * @typedef {import("../work/operations.js").Undo} Undo
 * @typedef {{back: number, gone: number, bytes: number}} Told
 */

/**
 * @param {Home} home
 * @param {string[]} prefixes of folders
 * @param {string} at
 * @returns {Promise<Told>} what would come of it
 */
async function rehearse(home, prefixes, at) {
  const told = await Promise.all(prefixes.map((prefix) => restore(home, prefix, at, { rehearse: true })));
  const sum = (/** @type {(each: import("./past.js").Restored) => number} */ of) => told.reduce((all, each) => all + of(each), 0);
  return { back: sum((each) => each.restored + each.recreated), gone: sum((each) => each.removed), bytes: sum((each) => each.bytes_after - each.bytes_before) };
}

/** @extends {Dialog<boolean>} */
export class Rehearsal extends Dialog {
  static properties = { told: { state: true } };

  constructor() {
    super();
    /** @type {Home} */
    this.home = { account: "", container: "" };
    this.at = "";
    /** @type {string[]} */
    this.prefixes = [];
    /** @type {Entry[]} */
    this.files = [];
    /** @type {Told | null} */
    this.told = null;
  }

  heading() {
    return t("restore.title", { time: second(Number(this.at) * 1000) });
  }

  connectedCallback() {
    super.connectedCallback();
    rehearse(this.home, this.prefixes, this.at).then(
      (told) => (this.told = { ...told, back: told.back + this.files.length }),
      () => (this.failure = t("restore.failed")),
    );
  }

  #restore() {
    this.perform(async () => {
      const { home, at } = this;
      /** @type {Undo[]} */
      const undo = [];
      for (const prefix of this.prefixes) {
        const { moment } = await restore(home, prefix, at);
        undo.push(async () => void (await restore(home, prefix, moment)));
      }
      for (const { name } of this.files) undo.push(await one(home, name, at));
      store.touch();
      toast(t("restore.done", { time: second(Number(at) * 1000) }), {
        undo: async () => {
          for (const each of undo.reverse()) await each();
          store.touch();
        },
      });
      return true;
    });
  }

  body() {
    const { told } = this;
    if (!told) return this.failure ? nothing : html`<p class="soft">${t("restore.rehearsing")}</p>`;
    const bytes = told.bytes < 0 ? t("restore.less", { size: size(-told.bytes) }) : t("restore.more", { size: size(told.bytes) });
    const nothingToDo = !told.back && !told.gone;
    return html`<p class="foretold">${nothingToDo ? t("restore.nothing") : html`${t("restore.back", { n: told.back, count: told.back })}, ${t("restore.gone", { n: told.gone, count: told.gone })}, ${bytes}.`}</p>
      <p class="soft">${t("restore.help")}</p>
      ${this.actions(html`<button type="button" class="primary" data-first ?disabled=${this.busy || nothingToDo} @click=${() => this.#restore()}>${t("restore.do")}</button>`)}`;
  }
}
customElements.define("pithos-rehearsal", Rehearsal);

/**
 * @param {Home} home
 * @param {string} name
 * @param {string} at
 * @returns {Promise<Undo>}
 */
async function one(home, name, at) {
  const before = (await headOf(home, name))?.get("X-Object-Version");
  await bringBack(home, name, await versionAt(home, name, Number(at)));
  if (before) return () => bringBack(home, name, before);
  const { remove } = await import("../work/operations.js");
  return async () => void (await remove(home, /** @type {Entry} */ ({ kind: "file", name })));
}

/**
 * @param {Home} home
 * @param {string} folder
 * @param {Entry[]} entries none is the whole folder
 * @param {string} at seconds since 1970
 */
export function rehearsal(home, folder, entries, at) {
  const dialog = new Rehearsal();
  const prefixes = entries.length ? entries.filter(({ kind }) => kind === "folder").map(({ name }) => name) : [folder];
  Object.assign(dialog, { home, at, prefixes, files: entries.filter(({ kind }) => kind === "file") });
  return open(dialog);
}
