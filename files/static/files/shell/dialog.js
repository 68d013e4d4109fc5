/** A dialog of the browser's own: it keeps the focus, Escape closes it, and focus goes back. */

import { html } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { t } from "../core/words.js";
import { icon } from "./icons.js";

let numbers = 0;

/** @template [R=unknown] */
export class Dialog extends Part {
  /** @type {Record<string, object>} */
  static properties = { failure: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.failure = "";
    this.busy = false;
    this.headingId = `heading-${(numbers += 1)}`;
    /** @type {(result: R | undefined) => void} */
    this.done = () => {};
  }

  /** @returns {HTMLDialogElement} */
  get frame() {
    return /** @type {HTMLDialogElement} */ (this.one("dialog"));
  }

  firstUpdated() {
    this.frame.showModal();
    const first = this.querySelector("[data-first]");
    if (first instanceof HTMLInputElement) first.select();
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {R} [result] */
  close(result) {
    this.result = result;
    if (this.frame.open) this.frame.close();
  }

  /** @returns {string} */
  heading() {
    return "";
  }

  /** @returns {unknown} */
  body() {
    return "";
  }

  /** @returns {string} a class of its frame */
  get look() {
    return "";
  }

  /**
   * Do what was asked for, and close; what the store refuses is said in the dialog.
   *
   * @param {() => Promise<R>} act
   */
  async perform(act) {
    if (this.busy) return;
    this.busy = true;
    this.failure = "";
    try {
      this.close(await act());
    } catch (error) {
      this.failure = sentence(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {unknown} content the buttons */
  actions(content) {
    return html`<div class="actions">
      <button type="button" class="plain" @click=${() => this.close()}>${t("cancel")}</button>
      ${content}
    </div>`;
  }

  render() {
    return html`<dialog class=${this.look} aria-labelledby=${this.headingId} @close=${() => this.#ended()} @click=${this.#clicked}>
      <header>
        <h2 id=${this.headingId}>${this.heading()}</h2>
        <button type="button" class="round" aria-label=${t("close")} @click=${() => this.close()}>${icon("close")}</button>
      </header>
      ${this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : ""}
      <div class="content">${this.body()}</div>
    </dialog>`;
  }

  #ended() {
    this.done(this.result);
    this.remove();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    // Outside of it is still the dialog's element, but none of its content.
    if (event.target === this.frame && event.detail > 0 && !within(event, this.frame)) this.close();
  }
}

/**
 * @param {MouseEvent} event
 * @param {Element} element
 */
function within({ clientX, clientY }, element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

/**
 * Open a dialog.
 *
 * @template R
 * @template {Dialog<R>} D
 * @param {D} dialog
 * @returns {Promise<R | undefined>} what came of it; undefined if it was left
 */
export function open(dialog) {
  return new Promise((resolve) => {
    dialog.done = resolve;
    document.querySelector("pithos-files")?.append(dialog);
  });
}
