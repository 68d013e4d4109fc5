/** A file, looked at: images, sound, film, text, Markdown, PDF; arrow keys lead to the next. */

import { html, nothing } from "../vendor/lit.js";
import { ask, pathOf } from "../core/api.js";
import { size as sizeOf } from "../core/format.js";
import { lastOf } from "../core/names.js";
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
const PDF_BYTES = 100_000_000;
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
    this.blob = "";
  }

  get look() {
    return "preview";
  }

  heading() {
    return lastOf(this.name);
  }

  get home() {
    const { account, container } = this.state.route;
    return { account, container };
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.blob);
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
    if (kind === "none") return html`<div class="empty">${icon(iconOf({ kind: "file", type }))}<p>${t("preview.none")}</p></div>`;
    if (kind === "text" || kind === "markdown") return this.#text(name, kind);
    if (kind === "pdf") return this.#pdf(name);
    const url = await signedUrl(this.home, name, { version: this.version });
    if (kind === "image") return html`<img src=${url} alt=${label} />`;
    if (kind === "sound") return html`<audio src=${url} controls aria-label=${label}></audio>`;
    return html`<video src=${url} controls aria-label=${label}></video>`;
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

  /**
   * The frame gets the bytes as PDF, whatever they are: nothing in them can be a page of this site. A
   * frame with the attribute sandbox is left empty by Chromium, whose viewer is a sandbox of its own.
   *
   * @param {string} name
   */
  async #pdf(name) {
    if (this.size > PDF_BYTES) return html`<div class="empty">${icon("text")}<p>${t("preview.none")}</p></div>`;
    const content = await (await this.#content(name, PDF_BYTES)).arrayBuffer();
    URL.revokeObjectURL(this.blob);
    this.blob = URL.createObjectURL(new Blob([content], { type: "application/pdf" }));
    return html`<iframe src=${this.blob} title=${lastOf(name)}></iframe>`;
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
    return html`<div class="stage" aria-busy=${this.shown === null}>${this.shown ?? (this.failure ? nothing : html`<p class="soft">${t("loading")}</p>`)}</div>
      <div class="actions">
        <button type="button" class="plain" @click=${() => this.#step(-1)}>${icon("left")}${t("preview.before")}</button>
        <button type="button" class="plain" @click=${() => this.#step(1)}>${t("preview.next")}${icon("chevron")}</button>
        <span class="spring"></span>
        <span class="soft">${sizeOf(this.size)}</span>
        <button type="button" class="primary" data-first @click=${() => this.#download()}>${icon("download")}${t("act.download")}</button>
      </div>`;
  }
}
customElements.define("pithos-preview", Preview);
