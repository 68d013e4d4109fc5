/** What is on its way, at the edge of the page; and where files are dropped and picked. */

import { html, nothing, repeat } from "../vendor/lit.js";
import { number, size, span } from "../core/format.js";
import { Part } from "../core/part.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import { openMenu } from "../shell/menu.js";
import { chosenFiles, droppedFiles } from "./gather.js";
import { cancel, clear, enqueue, isOver, items, pause, resume } from "./queue.js";
import { doneOf, hereOf, totalsOf } from "./totals.js";

/**
 * @typedef {import("./queue.js").Item} Item
 * @typedef {HTMLElement & {pick(anchor: HTMLElement): void}} Picking
 */

const SHOWN = 60;
/** @type {Record<string, number>} what is looked at first */
const TURN = { failed: 0, sending: 1, hashing: 1, network: 1, session: 1, paused: 2, waiting: 3, skipped: 4, done: 5 };

class Uploads extends Part {
  static properties = { folded: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.folded = false;
    this.over = false;
  }

  connectedCallback() {
    super.connectedCallback();
    for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, this.#dragged);
    window.addEventListener("beforeunload", this.#leaving);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const name of ["dragover", "dragleave", "drop"]) document.removeEventListener(name, this.#dragged);
    window.removeEventListener("beforeunload", this.#leaving);
  }

  /** @param {BeforeUnloadEvent} event */
  #leaving = (event) => {
    if (items.some((item) => !isOver(item))) event.preventDefault();
  };

  get #open() {
    const { view, query } = this.state.route;
    return view === "folder" && !query.at;
  }

  /** @param {Event} event */
  #dragged = async (event) => {
    const { type, dataTransfer, relatedTarget } = /** @type {DragEvent} */ (event);
    if (!dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (type === "dragleave" && relatedTarget) return;
    this.over = type === "dragover" && this.#open;
    if (type === "drop" && this.#open) {
      const { route } = this.state;
      enqueue(await droppedFiles(dataTransfer), route);
    }
  };

  /** @param {HTMLElement} anchor */
  pick(anchor) {
    const press = (/** @type {string} */ what) => () => this.one(`[data-pick=${what}]`).click();
    openMenu(anchor, t("act.upload"), [
      { label: t("upload.files"), icon: "file", act: press("files") },
      { label: t("upload.folder"), icon: "folder", act: press("folder") },
    ]);
  }

  /** @param {Event} event */
  #picked(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.files?.length) enqueue(chosenFiles(input.files), this.state.route);
    input.value = "";
  }

  /** @param {Item} item */
  #told(item) {
    const { stage, error, file } = item;
    if (stage === "failed") return error;
    if (stage === "done" && item.missing < file.size) return t("upload.here", { size: size(hereOf(item)) });
    if (stage === "hashing") return t("upload.hashing", { size: size(item.hashed), of: size(file.size) });
    if (stage === "sending") return t("upload.sending", { size: size(doneOf(item)), of: size(file.size) });
    return t(`upload.${stage}`);
  }

  /**
   * @param {string} words
   * @param {string} picture
   * @param {() => void} act
   * @param {string} name
   */
  #button(words, picture, act, name) {
    return html`<button type="button" class="round" aria-label=${t(words, { name })} title=${t(words, { name })} @click=${act}>${icon(picture)}</button>`;
  }

  /** @param {Item} item */
  #item(item) {
    const { stage, file } = item;
    const moving = stage === "hashing" || stage === "sending";
    const value = stage === "hashing" ? item.hashed : doneOf(item);
    const again = stage === "paused" || stage === "failed";
    return html`<li class="upload ${stage}">
      <div class="what"><span class="label" dir="auto">${item.name}</span><span class="soft">${this.#told(item)}</span></div>
      ${again ? this.#button(stage === "failed" ? "upload.retry" : "upload.resume", stage === "failed" ? "again" : "play", () => resume(item), item.name) : nothing}
      ${isOver(item) || stage === "paused" ? nothing : this.#button("upload.pause", "pause", () => pause(item), item.name)}
      ${stage === "done" ? icon("check") : this.#button(isOver(item) ? "upload.forget" : "upload.cancel", "close", () => cancel(item), item.name)}
      ${moving ? html`<progress aria-label=${item.name} max=${Math.max(file.size, 1)} value=${value} class=${stage}></progress>` : nothing}
    </li>`;
  }

  /** @param {ReturnType<typeof totalsOf>} totals */
  #head({ files, over, bytes, done, here, speed, left }) {
    const busy = over < files;
    const paused = items.some((item) => item.stage === "paused");
    const act = paused ? resume : pause;
    return html`<header>
      <div>
        <h2>${busy ? t("upload.title", { n: number(over), of: number(files) }) : t("upload.over", { n: number(files), count: files })}</h2>
        <p class="soft">${busy && speed > 1000 ? t("upload.speed", { size: size(speed), left: span(left) }) : t("upload.total", { size: size(done), of: size(bytes) })}</p>
        ${here ? html`<p class="here">${t("upload.here.all", { size: size(here) })}</p>` : nothing}
      </div>
      ${busy ? this.#button(paused ? "upload.resume.all" : "upload.pause.all", paused ? "play" : "pause", () => [...items].forEach(act), "") : nothing}
      <button type="button" class="round" aria-label=${t(this.folded ? "upload.unfold" : "upload.fold")} aria-expanded=${!this.folded} @click=${() => (this.folded = !this.folded)}>${icon(this.folded ? "up" : "down")}</button>
      ${busy ? nothing : this.#button("upload.clear", "close", clear, "")}
    </header>
    ${busy ? html`<progress aria-label=${t("upload.all")} max=${Math.max(bytes, 1)} value=${done}></progress>` : nothing}`;
  }

  render() {
    const shown = [...items].sort((a, b) => TURN[a.stage] - TURN[b.stage] || a.id - b.id).slice(0, SHOWN);
    return html`<input type="file" multiple hidden data-pick="files" aria-label=${t("upload.files")} @change=${this.#picked} />
      <input type="file" webkitdirectory hidden data-pick="folder" aria-label=${t("upload.folder")} @change=${this.#picked} />
      ${this.over ? html`<div class="drop" aria-hidden="true"><p>${icon("upload")}${t("upload.drop", { name: this.state.route.prefix || this.state.route.container })}</p></div>` : nothing}
      ${items.length
        ? html`<section class="uploads" aria-label=${t("uploads")}>
            ${this.#head(totalsOf(items))}
            ${this.folded ? nothing : html`<ul tabindex="0" aria-label=${t("uploads")}>${repeat(shown, (item) => item.id, (item) => this.#item(item))}</ul>`}
          </section>`
        : nothing}`;
  }
}
customElements.define("pithos-uploads", Uploads);
