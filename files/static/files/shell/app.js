/** The page: its head, its sides, the view that the address names, and what lies above. */

import { html, nothing } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { loadAccount } from "../find/account.js";
import "../find/containers.js";
import "../find/folder.js";
import "./head.js";
import "./side.js";
import { isTyping, showKeys, singleKeys } from "./keys.js";
import "./toasts.js";
import { store } from "../core/store.js";
import { token } from "../core/token.js";

class Files extends Part {
  constructor() {
    super();
    this.revision = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("visibilitychange", this.#seen);
    this.#tell();
    for (const name of ["online", "offline"]) window.addEventListener(name, () => store.set({ online: navigator.onLine }));
    window.addEventListener("unhandledrejection", ({ reason }) => {
      if (reason?.name !== "AbortError") toast(sentence(reason), { kind: "failed" });
    });
    loadAccount();
    // What the first view does not need comes after it.
    import("../upload/panel.js");
  }

  willUpdate() {
    const { revision, route } = this.state;
    document.title = [route.container || t("nav.files"), "Pithos"].join(" · ");
    if (revision === this.revision) return;
    this.revision = revision;
    loadAccount();
  }

  /** Who has this page is signed in: tell those of other tabs and windows, and hear it from them. */
  #tell() {
    const others = new BroadcastChannel("pithos-signed-in");
    others.addEventListener("message", this.#goOn);
    others.postMessage("");
  }

  #seen = () => {
    // Somebody may have signed in meanwhile, for another page than this one.
    if (document.visibilityState === "visible") this.#goOn();
  };

  #goOn = () => {
    if (this.state.session === "over") this.#again();
  };

  async #again() {
    await token({ renew: true }).then(
      () => store.touch(),
      () => undefined,
    );
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyping(event.target)) return this.#undo(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeys()) return;
    if (event.key === "?") showKeys();
    else if (event.key === "/") /** @type {HTMLElement | null} */ (this.querySelector("[data-search]"))?.focus();
    else return;
    event.preventDefault();
  };

  /** @param {KeyboardEvent} event */
  #undo(event) {
    const undo = [...this.querySelectorAll("pithos-toasts .undo")].at(-1);
    if (undo instanceof HTMLElement) undo.click();
    event.preventDefault();
  }

  #banner() {
    const { session, online } = this.state;
    if (session === "over") {
      return html`<p class="banner" role="alert">${t("session.over")}
        <a class="button" href="/account/sign-in?next=/files/" target="_blank" rel="opener">${t("session.in")}</a>
        <button type="button" class="plain" @click=${() => this.#again()}>${t("session.again")}</button></p>`;
    }
    return online ? nothing : html`<p class="banner" role="status">${t("offline")}</p>`;
  }

  #view() {
    const { view } = this.state.route;
    if (view === "folder") return html`<pithos-folder></pithos-folder>`;
    if (view === "containers") return html`<pithos-containers></pithos-containers>`;
    import("./more.js");
    if (view === "usage") return html`<pithos-usage class="page"></pithos-usage>`;
    if (view === "shared") return html`<pithos-shared class="page"></pithos-shared>`;
    return html`<div class="page"><h1>${t("nav.links")}</h1><pithos-links all></pithos-links></div>`;
  }

  render() {
    return html`<a class="skip" href="#main" @click=${this.#skip}>${t("skip")}</a>
      <pithos-head></pithos-head>
      ${this.#banner()}
      <div class="frame">
        <pithos-side></pithos-side>
        <main id="main" tabindex="-1">${this.#view()}</main>
      </div>
      <pithos-uploads></pithos-uploads>
      <pithos-toasts></pithos-toasts>`;
  }

  /** @param {Event} event */
  #skip(event) {
    event.preventDefault(); // the address is the view's
    const grid = this.querySelector("pithos-grid .rows");
    (grid instanceof HTMLElement && grid.offsetParent ? grid : this.one("main")).focus();
  }
}
customElements.define("pithos-files", Files);
