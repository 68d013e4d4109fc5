import { html, repeat } from "../vendor/lit.js";
import { Part } from "../core/part.js";
import { address } from "../core/router.js";
import { t } from "../core/words.js";
import { icon } from "./icons.js";

/** @typedef {import("../core/router.js").View} View */

/** @type {[View, string, string][]} */
const VIEWS = [
  ["containers", "nav.files", "folder"],
  ["shared", "nav.shared", "shared"],
  ["links", "nav.links", "link"],
  ["usage", "nav.usage", "usage"],
];

/** The way to each part of the page. */
class Side extends Part {
  /** @param {[View, string, string]} view */
  #view([view, words, picture]) {
    const here = this.state.route.view === view;
    return html`<li><a href=${address({ view })} aria-current=${here ? "page" : "false"}>${icon(picture)}<span>${t(words)}</span></a></li>`;
  }

  render() {
    const { route, account, containers, menu } = this.state;
    const inside = route.view === "folder" && route.account === account;
    return html`<nav class="side ${menu ? "open" : ""}" aria-label=${t("nav")}>
      <ul>${VIEWS.slice(0, 1).map((each) => this.#view(each))}</ul>
      <ul class="places">${repeat(
        containers ?? [],
        (each) => each.name,
        (each) => html`<li><a href=${address({ container: each.name })} aria-current=${inside && route.container === each.name ? "page" : "false"} dir="auto">${icon("jar")}<span>${each.name}</span></a></li>`,
      )}</ul>
      <ul>${VIEWS.slice(1).map((each) => this.#view(each))}</ul>
    </nav>`;
  }
}
customElements.define("pithos-side", Side);
