/** What can be done in a folder, or with what is chosen. */

import { html, nothing } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";

/** @typedef {import("./listing.js").Entry} Entry */

class Toolbar extends Part {
  static properties = { entries: { attribute: false } };

  constructor() {
    super();
    /** @type {Entry[]} */
    this.entries = [];
  }

  /**
   * @param {string} what
   * @param {Event} event
   */
  #send(what, event) {
    this.dispatchEvent(new CustomEvent("act", { detail: { what, entry: this.entries[0] ?? null, anchor: event.currentTarget } }));
  }

  /**
   * @param {string} what
   * @param {string} picture
   * @param {string} [look]
   */
  #button(what, picture, look = "plain") {
    return html`<button type="button" class=${look} data-act=${what} title=${t(`act.${what}`)} @click=${(/** @type {Event} */ event) => this.#send(what, event)}>${icon(picture)}<span>${t(`act.${what}`)}</span></button>`;
  }

  render() {
    const { route, account } = this.state;
    const past = Boolean(route.query.at);
    const own = route.account === account;
    const some = this.entries.length > 0;
    return html`<div class="toolbar" role="group" aria-label=${t("toolbar")}>
      ${past ? nothing : html`${this.#button("upload", "upload", "primary")}${this.#button("new", "plus")}`}
      ${own && !route.query.history && !past ? this.#button("history", "clock") : nothing}
      ${some ? this.#chosen(past, own) : nothing}
    </div>`;
  }

  /**
   * @param {boolean} past
   * @param {boolean} own
   */
  #chosen(past, own) {
    const one = this.entries.length === 1;
    return html`<span class="divide" aria-hidden="true"></span>
      ${this.#button("download", "download")}
      ${past || !own ? nothing : html`${one ? this.#button("rename", "pencil") : nothing}${this.#button("move", "move")}`}
      ${past ? nothing : this.#button("copy", "copy")}
      ${one && own && !past ? this.#button("share", "shared") : nothing}
      ${past || !own ? nothing : this.#button("delete", "trash")}
      ${one ? this.#button("details", "info") : nothing}`;
  }
}
customElements.define("pithos-toolbar", Toolbar);
