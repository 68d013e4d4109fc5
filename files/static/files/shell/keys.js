/** The keys that work anywhere, and the page that lists all of them. */

import { html } from "../vendor/lit.js";
import { remember, remembered } from "../core/look.js";
import { t } from "../core/words.js";
import { Dialog, open } from "./dialog.js";

const KEY = "pithos-single-keys";

/** @type {[string, string[]][]} what a key does, and the key */
const LIST = [
  ["keys.up-down", ["↑", "↓"]],
  ["keys.open", ["Enter"]],
  ["keys.parent", ["Alt", "↑"]],
  ["keys.expand", ["→"]],
  ["keys.collapse", ["←"]],
  ["keys.range", ["Shift", "↑ ↓"]],
  ["keys.toggle", ["Space"]],
  ["keys.all", ["Ctrl", "A"]],
  ["keys.preview", ["P"]],
  ["keys.rename", ["F2"]],
  ["keys.move", ["M"]],
  ["keys.copy", ["C"]],
  ["keys.delete", ["Delete"]],
  ["keys.new", ["N"]],
  ["keys.upload", ["U"]],
  ["keys.details", ["I"]],
  ["keys.history", ["H"]],
  ["keys.undo", ["Ctrl", "Z"]],
  ["keys.search", ["/"]],
  ["keys.help", ["?"]],
];

/** @returns {boolean} whether keys without Ctrl do something outside of the list */
export function singleKeys() {
  return remembered(KEY) !== "off";
}

class Keys extends Dialog {
  heading() {
    return t("keys.title");
  }

  body() {
    return html`<dl class="keys">
        ${LIST.map(([what, keys]) => html`<div><dt>${t(what)}</dt><dd>${keys.map((each) => html`<kbd>${each}</kbd>`)}</dd></div>`)}
      </dl>
      <label class="choice">
        <input type="checkbox" .checked=${singleKeys()} @change=${(/** @type {Event} */ event) => remember(KEY, checked(event) ? null : "off")} />
        ${t("keys.single")}
      </label>`;
  }
}
customElements.define("pithos-keys", Keys);

/** @param {Event} event */
function checked(event) {
  return /** @type {HTMLInputElement} */ (event.target).checked;
}

export function showKeys() {
  return open(new Keys());
}

/** @param {EventTarget | null} target @returns {boolean} whether keys are letters there */
export function isTyping(target) {
  return target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea, select, [contenteditable]');
}
