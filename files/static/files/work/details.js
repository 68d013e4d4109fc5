/** What is known of a file or folder, beside the list: details, versions, sharing, links. */

import { html, nothing } from "../vendor/lit.js";
import { lastOf, readable } from "../core/names.js";
import { Part } from "../core/part.js";
import { look } from "../core/router.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import "../share/links.js";
import "../share/people.js";
import "../time/versions.js";
import "./facts.js";

class Details extends Part {
  /** @returns {string[]} */
  get #tabs() {
    const { query, account } = this.state.route;
    const folder = (query.on ?? "").endsWith("/") || !query.on;
    const own = account === this.state.account;
    return [...(query.on ? ["facts"] : []), ...(folder ? [] : ["versions"]), ...(own && query.on ? ["people"] : []), ...(own ? ["links"] : [])];
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape") return this.#close();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    if (!step || target.getAttribute("role") !== "tab") return;
    const tabs = this.#tabs;
    const next = tabs.at((tabs.indexOf(String(this.state.route.query.panel)) + step) % tabs.length);
    look({ panel: String(next) }, { replace: true });
    this.updateComplete.then(() => this.one('[aria-selected="true"]').focus());
  }

  #close() {
    look({ panel: "", on: "" });
    const grid = document.querySelector("pithos-grid");
    if (grid instanceof HTMLElement) grid.focus();
  }

  /** @param {string} tab */
  #body(tab) {
    const { on = "" } = this.state.route.query;
    if (tab === "versions") return html`<pithos-versions .name=${on}></pithos-versions>`;
    if (tab === "people") return html`<pithos-people .name=${on}></pithos-people>`;
    if (tab === "links") return html`<pithos-links .name=${on}></pithos-links>`;
    return html`<pithos-facts .name=${on}></pithos-facts>`;
  }

  render() {
    const { query, container } = this.state.route;
    if (!query.panel) return nothing;
    const tabs = this.#tabs;
    const tab = tabs.includes(query.panel) ? query.panel : tabs[0];
    return html`<aside class="details" aria-label=${t("details")} @keydown=${this.#pressed}>
      <header><h2 dir="auto">${readable(lastOf(query.on ?? "")) || container}</h2><button type="button" class="round" aria-label=${t("close")} @click=${() => this.#close()}>${icon("close")}</button></header>
      <div role="tablist" aria-label=${t("details")}>
        ${tabs.map((each) => html`<button type="button" role="tab" id="tab-${each}" aria-controls="tab-body" aria-selected=${each === tab} tabindex=${each === tab ? 0 : -1} @click=${() => look({ panel: each }, { replace: true })}>${t(`tab.${each}`)}</button>`)}
      </div>
      <div role="tabpanel" id="tab-body" aria-labelledby="tab-${tab}" tabindex="0">${tab ? this.#body(tab) : nothing}</div>
    </aside>`;
  }
}
customElements.define("pithos-details", Details);
