/** What every component of the page is: drawn into the page itself, and again when the state changes. */

import { LitElement } from "../vendor/lit.js";
import { store } from "./store.js";

export class Part extends LitElement {
  #end = () => {};

  createRenderRoot() {
    return this;
  }

  get state() {
    return store.state;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#end = store.subscribe(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#end();
  }

  /**
   * Return what is inside; it must be there.
   *
   * @param {string} selector
   * @returns {HTMLElement}
   */
  one(selector) {
    const found = this.querySelector(selector);
    if (!found) throw new Error(`no ${selector} in ${this.localName}`);
    return /** @type {HTMLElement} */ (found);
  }
}
