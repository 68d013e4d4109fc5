import { html, repeat } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { dismiss, toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { icon } from "./icons.js";

/** @typedef {import("../core/toasts.js").Toast} Toast */

const SHOWN = 3;

/** What was done, and the way back. */
class Toasts extends Part {
  /** @param {Toast} each */
  async #undo(each) {
    dismiss(each.id);
    try {
      await each.undo?.();
    } catch (error) {
      toast(sentence(error), { kind: "failed" });
    }
  }

  render() {
    const shown = this.state.toasts.slice(-SHOWN);
    return html`<section class="toasts" aria-label=${t("messages")} role="status">
      ${repeat(
        shown,
        (each) => each.id,
        (each) => html`<div class="toast ${each.kind}">
          <span>${each.text}</span>
          ${each.undo ? html`<button type="button" class="undo" @click=${() => this.#undo(each)}>${each.label ?? t("undo")}</button>` : ""}
          <button type="button" class="round" aria-label=${t("dismiss")} @click=${() => dismiss(each.id)}>${icon("close")}</button>
        </div>`,
      )}
    </section>`;
  }
}
customElements.define("pithos-toasts", Toasts);
