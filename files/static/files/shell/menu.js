/** A menu at a button: arrow keys walk it, Escape leaves it. */

import { html } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { icon } from "./icons.js";

/** @typedef {{label: string, icon: string, act: () => unknown, danger?: boolean, key?: string} | null} Item null is a line */

class Menu extends Part {
  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    this.label = "";
    /** @type {HTMLElement | null} */
    this.anchor = null;
    /** @type {{x: number, y: number} | null} */
    this.point = null;
  }

  firstUpdated() {
    const box = this.one("[popover]");
    box.showPopover();
    this.#place(box);
    this.#choices()[0]?.focus();
  }

  #choices() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll('[role="menuitem"]')]);
  }

  /** @param {HTMLElement} box */
  #place(box) {
    const at = this.anchor?.getBoundingClientRect();
    const x = this.point?.x ?? (at ? at.right - box.offsetWidth : 0);
    const y = this.point?.y ?? (at ? at.bottom + 4 : 0);
    const edge = 8;
    const left = Math.max(edge, Math.min(x, innerWidth - box.offsetWidth - edge));
    const over = y + box.offsetHeight > innerHeight - edge;
    const top = over ? Math.max(edge, (at ? at.top - 4 : y) - box.offsetHeight) : y;
    box.style.left = `${left}px`;
    box.style.top = `${top}px`;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const choices = this.#choices();
    const at = choices.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    event.stopPropagation();
    if (event.key === "Tab") this.one("[popover]").hidePopover();
    if (step === undefined) return;
    event.preventDefault();
    choices.at(step % choices.length)?.focus();
  }

  /** @param {Item} item */
  #chosen(item) {
    this.one("[popover]").hidePopover();
    item?.act();
  }

  /** @param {Event} event */
  #toggled(event) {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    this.anchor?.setAttribute("aria-expanded", "false");
    if (this.contains(document.activeElement) || document.activeElement === document.body) this.anchor?.focus();
    this.remove();
  }

  render() {
    return html`<div popover class="menu" role="menu" aria-label=${this.label} @keydown=${this.#pressed} @toggle=${this.#toggled}>
      ${this.items.map((item) =>
        item
          ? html`<button type="button" role="menuitem" tabindex="-1" class=${item.danger ? "danger" : ""} @click=${() => this.#chosen(item)}>
              ${icon(item.icon)}<span>${item.label}</span>${item.key ? html`<kbd>${item.key}</kbd>` : ""}
            </button>`
          : html`<div role="separator"></div>`,
      )}
    </div>`;
  }
}
customElements.define("pithos-menu", Menu);

/**
 * @param {HTMLElement} anchor what has the focus again afterwards
 * @param {string} label
 * @param {Item[]} items
 * @param {{x: number, y: number} | null} [point] where, if not at the anchor
 */
export function openMenu(anchor, label, items, point = null) {
  document.querySelector("pithos-menu")?.remove();
  const menu = new Menu();
  Object.assign(menu, { anchor, label, items, point });
  anchor.setAttribute("aria-expanded", "true");
  document.querySelector("#main")?.append(menu);
}
