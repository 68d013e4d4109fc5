/** All containers of an account, with what is in them. */

import { html, nothing } from "../vendor/lit.js";
import { moment, number, size } from "../core/format.js";
import { Part } from "../core/part.js";
import { address } from "../core/router.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import { openMenu } from "../shell/menu.js";

/** @typedef {import("../core/store.js").Container} Container */

class Containers extends Part {
  async #make() {
    const { makeContainer } = await import("./container_acts.js");
    return makeContainer();
  }

  /**
   * @param {Event} event
   * @param {Container} each
   */
  #menu(event, each) {
    const anchor = /** @type {HTMLElement} */ (event.currentTarget);
    const acts = import("./container_acts.js");
    openMenu(anchor, t("actions.of", { name: each.name }), [
      { label: t("container.settings"), icon: "gear", act: async () => (await acts).changeContainer(each) },
      null,
      { label: t("container.delete"), icon: "trash", danger: true, act: async () => (await acts).deleteContainer(each) },
    ]);
  }

  /** @param {Container} each */
  #row(each) {
    return html`<tr>
      <th scope="row"><a href=${address({ container: each.name })} dir="auto">${icon("jar")}<span>${each.name}</span></a></th>
      <td class="number" data-label=${t("container.files")}>${number(each.count)}</td>
      <td class="number" data-label=${t("column.size")}>${size(each.bytes)}</td>
      <td data-label=${t("column.modified")}>${moment(each.modified)}</td>
      <td class="menu-cell"><button type="button" class="round" aria-haspopup="menu" aria-expanded="false" aria-label=${t("actions.of", { name: each.name })} @click=${(/** @type {Event} */ event) => this.#menu(event, each)}>${icon("more")}</button></td>
    </tr>`;
  }

  #quota() {
    const { quota, used } = this.state;
    if (!quota) return html`<p class="soft">${t("used", { size: size(used) })}</p>`;
    const text = t("used.of", { size: size(used), quota: size(quota) });
    return html`<p class="soft quota"><span>${text}</span> <progress aria-label=${text} max=${quota} value=${Math.min(used, quota)}></progress></p>`;
  }

  render() {
    const { containers } = this.state;
    return html`<header class="heading">
        <div><h1>${t("nav.files")}</h1>${this.#quota()}</div>
        <button type="button" class="primary" data-act="new-container" @click=${() => this.#make()}>${icon("plus")}${t("container.new")}</button>
      </header>
      ${containers === null ? html`<p class="soft">${t("loading")}</p>` : nothing}
      ${containers?.length === 0 ? this.#first() : nothing}
      ${containers?.length
        ? html`<div class="card"><table class="containers">
            <thead><tr><th scope="col">${t("column.name")}</th><th scope="col" class="number">${t("container.files")}</th><th scope="col" class="number">${t("column.size")}</th><th scope="col">${t("column.modified")}</th><td></td></tr></thead>
            <tbody>${containers.map((each) => this.#row(each))}</tbody>
          </table></div>`
        : nothing}`;
  }

  #first() {
    return html`<div class="empty welcome">${icon("jar")}
      <h2>${t("welcome.title", { name: this.state.name })}</h2>
      <p class="soft">${t("welcome.text")}</p>
      <button type="button" class="primary" @click=${() => this.#make()}>${icon("plus")}${t("container.first")}</button>
    </div>`;
  }
}
customElements.define("pithos-containers", Containers);
