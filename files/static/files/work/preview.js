/** A file, looked at: images, sound, film, text, Markdown, PDF; arrow keys lead to the next. */

import { html, nothing } from "../vendor/lit.js";
import { ask, pathOf } from "../core/api.js";
import { size as sizeOf } from "../core/format.js";
import { lastOf, readable } from "../core/names.js";
import { sentence } from "../core/refusals.js";
import { look } from "../core/router.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { Dialog } from "../shell/dialog.js";
import { icon, iconOf } from "../shell/icons.js";
import { downloadFile, signedUrl } from "./downloads.js";
import { markdown } from "./markdown.js";
import { versionAt } from "./versions.js";

/** @typedef {import("../find/folder.js").FolderView} FolderView */

const TEXT_BYTES = 1_000_000;
/** The address of sound and film is good for a minute. */
const GOOD_MS = 55_000;
const TEXT = /^text\/|json|xml|javascript|yaml|toml|x-sh|sql/;

/**
 * @param {string} type
 * @param {string} name
 * @returns {"image" | "sound" | "film" | "pdf" | "markdown" | "text" | "none"}
 */
export function kindOf(type, name) {
  if (/^image\/(?!.*(tiff|heic))/.test(type)) return "image";
  if (type.startsWith("audio/")) return "sound";
  if (type.startsWith("video/")) return "film";
  if (/^application\/pdf\b/.test(type)) return "pdf";
  if (/markdown/.test(type) || (/\.(md|markdown)$/i.test(name) && /^text\/|octet-stream/.test(type))) return "markdown";
  return TEXT.test(type) ? "text" : "none";
}

export class Preview extends Dialog {
  static properties = { name: { state: true }, shown: { state: true } };

  constructor() {
    super();
    this.name = "";
    this.version = "";
    /** @type {unknown} */
    this.shown = null;
    this.size = 0;
    this.signed = 0;
  }

  get look() {
    return "preview";
  }

  heading() {
    return readable(lastOf(this.name));
  }

  get home() {
    const { account, container } = this.state.route;
    return { account, container };
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("keydown", this.#pressed);
  }

  willUpdate() {
    const { show = "" } = this.state.route.query;
    if (!show) {
      if (this.isConnected && this.querySelector("dialog")) this.close();
    } else if (show !== this.name) {
      this.name = show;
      this.#load(show);
    }
  }

  /** @param {string} name */
  async #load(name) {
    this.shown = null;
    this.failure = "";
    try {
      const { at } = this.state.route.query;
      this.version = at ? await versionAt(this.home, name, Number(at)) : "";
      const query = this.version ? { version: this.version } : undefined;
      const { headers } = await ask("HEAD", pathOf({ ...this.home, name }), { query });
      this.size = Number(headers.get("Content-Length") ?? 0);
      const drawn = await this.#drawn(name, headers.get("Content-Type") ?? "");
      if (this.name === name) this.shown = drawn;
    } catch (error) {
      if (this.name === name) this.failure = sentence(error);
    }
  }

  /**
   * @param {string} name
   * @param {string} type
   */
  async #drawn(name, type) {
    const kind = kindOf(type, name);
    const label = lastOf(name);
    const none = html`<div class="empty">${icon(iconOf({ kind: "file", type }))}<p>${t("preview.none")}</p></div>`;
    const failed = () => (this.shown = none);
    const goOn = (/** @type {Event} */ event) => this.#goOn(name, /** @type {HTMLMediaElement} */ (event.target)).then((again) => again || failed(), failed);
    if (kind === "none") return none;
    if (kind === "text" || kind === "markdown") return this.#text(name, kind);
    const url = await this.#url(name);
    // The policy that comes with it has it in a sandbox; with an attribute that says so Chromium shows nothing.
    if (kind === "pdf") return html`<iframe src=${url} title=${label}></iframe>`;
    if (kind === "image") return html`<img src=${url} alt=${label} @error=${failed} />`;
    if (kind === "sound") return html`<audio src=${url} controls aria-label=${label} @error=${goOn}></audio>`;
    return html`<video src=${url} controls aria-label=${label} @error=${goOn}></video>`;
  }

  /** @param {string} name */
  #url(name) {
    this.signed = Date.now();
    return signedUrl(this.home, name, { version: this.version });
  }

  /**
   * Whoever goes on, or to another place, after the address has ended gets another one.
   *
   * @param {string} name
   * @param {HTMLMediaElement} media
   * @returns {Promise<boolean>} false: it cannot be played
   */
  async #goOn(name, media) {
    if (Date.now() - this.signed < GOOD_MS) return false;
    const { currentTime, paused } = media;
    media.src = await this.#url(name);
    media.currentTime = currentTime;
    if (!paused) media.play();
    return true;
  }

  /**
   * @param {string} name
   * @param {number} bytes at most
   */
  async #content(name, bytes) {
    const headers = /** @type {Record<string, string>} */ (this.size > bytes ? { Range: `bytes=0-${bytes - 1}` } : {});
    const query = /** @type {Record<string, string>} */ (this.version ? { version: this.version } : {});
    return ask("GET", pathOf({ ...this.home, name }), { headers, query });
  }

  /**
   * @param {string} name
   * @param {"text" | "markdown"} kind
   */
  async #text(name, kind) {
    const text = new TextDecoder().decode(await (await this.#content(name, TEXT_BYTES)).arrayBuffer());
    const more = this.size > TEXT_BYTES ? html`<p class="note">${t("preview.cut", { size: sizeOf(TEXT_BYTES) })}</p>` : nothing;
    return html`${more}<div class="text" tabindex="0" role="document" aria-label=${lastOf(name)} dir="auto">${kind === "markdown" ? html`<div class="markdown">${markdown(text)}</div>` : html`<pre>${text}</pre>`}</div>`;
  }

  /** @returns {string[]} the files of the list behind */
  #names() {
    const view = /** @type {FolderView | null} */ (document.querySelector("pithos-folder"));
    const rows = view?.tree?.rows ?? [];
    return rows.flatMap((row) => ("entry" in row && row.entry.kind === "file" ? [row.entry.name] : []));
  }

  /** @param {number} step */
  #step(step) {
    const names = this.#names();
    const next = names[names.indexOf(this.name) + step];
    if (names.includes(this.name) && next !== undefined) look({ show: next }, { replace: true });
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (event.target instanceof HTMLMediaElement) return;
    if (event.key === "ArrowRight") this.#step(1);
    else if (event.key === "ArrowLeft") this.#step(-1);
    else return;
    event.preventDefault();
  };

  #download() {
    downloadFile(this.home, this.name, lastOf(this.name), this.version).catch((error) => toast(sentence(error), { kind: "failed" }));
  }

  body() {
    const names = this.#names();
    const at = names.indexOf(this.name);
    return html`<div class="stage" aria-busy=${this.shown === null}>${this.shown ?? (this.failure ? nothing : html`<p class="soft">${t("loading")}</p>`)}</div>
      <div class="actions">
        <button type="button" class="plain" ?disabled=${at <= 0} @click=${() => this.#step(-1)}>${icon("left")}${t("preview.before")}</button>
        <button type="button" class="plain" ?disabled=${at < 0 || at === names.length - 1} @click=${() => this.#step(1)}>${t("preview.next")}${icon("chevron")}</button>
        <span class="spring"></span>
        <span class="soft">${sizeOf(this.size)}</span>
        <button type="button" class="primary" data-first @click=${() => this.#download()}>${icon("download")}${t("act.download")}</button>
      </div>`;
  }
}
customElements.define("pithos-preview", Preview);
