/** What others share with me, what I share with them, and my groups. */

import { html, nothing } from "../vendor/lit.js";
import { ask, json, pathOf } from "../core/api.js";
import { Part } from "../core/part.js";
import { sentence } from "../core/refusals.js";
import { address } from "../core/router.js";
import { toast } from "../core/toasts.js";
import { Turns } from "../core/turns.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";
import { parentOf } from "../core/names.js";
import { grantsOf } from "./sharing.js";

/**
 * @typedef {{account: string, containers: string[]}} Giver
 * @typedef {{container: string, name: string, told: string}} Given
 * @typedef {{name: string, members: string}} Group
 */

const GROUP = "x-account-group-";

class Shared extends Part {
  static properties = { givers: { state: true }, given: { state: true }, groups: { state: true }, failure: { state: true } };

  constructor() {
    super();
    /** @type {Giver[] | null} */
    this.givers = null;
    /** @type {Given[] | null} */
    this.given = null;
    /** @type {Group[]} */
    this.groups = [];
    this.failure = "";
    this.turns = new Turns();
  }

  connectedCallback() {
    super.connectedCallback();
    Promise.all([this.#withMe(), this.#byMe(), this.#loadGroups()]).catch((error) => (this.failure = sentence(error)));
  }

  async #withMe() {
    const accounts = /** @type {{name: string}[]} */ (await json("/v1", {}));
    this.givers = await Promise.all(
      accounts.map(async ({ name }) => {
        const containers = /** @type {{name: string}[]} */ (await json(pathOf({ account: name }), {}));
        return { account: name, containers: containers.map((each) => each.name) };
      }),
    );
  }

  async #byMe() {
    const { account } = this.state;
    const shared = /** @type {{name: string}[]} */ (await json(pathOf({ account }), { shared: "" }));
    const rows = await Promise.all(
      shared.map(async ({ name: container }) => {
        const found = /** @type {{name: string, x_object_sharing?: string, x_object_shared_by?: string}[]} */ (await json(pathOf({ account, container }), { shared: "", limit: "1000" }));
        return found
          .filter((each) => each.x_object_sharing && (!each.x_object_shared_by || each.x_object_shared_by.endsWith(`/${each.name}`)))
          .map(({ name, x_object_sharing = "" }) => ({ container, name, told: grantsOf(x_object_sharing).map(({ who, right }) => `${who === "*" ? t("people.all") : who}: ${t(`right.${right}`)}`).join(", ") }));
      }),
    );
    this.given = rows.flat();
  }

  async #loadGroups() {
    const isLast = this.turns.begin();
    const { headers } = await ask("HEAD", pathOf({ account: this.state.account }));
    if (isLast()) this.groups = [...headers.entries()].filter(([key]) => key.startsWith(GROUP)).map(([key, members]) => ({ name: decodeURIComponent(key.slice(GROUP.length)), members: decodeURIComponent(members) }));
  }

  /**
   * @param {string} name
   * @param {string} members "" deletes the group
   */
  async #saveGroup(name, members) {
    this.failure = "";
    try {
      const list = members.split(/[\s,]+/).filter(Boolean).map(encodeURIComponent).join(",");
      await ask("POST", pathOf({ account: this.state.account }), { query: { update: "" }, headers: { [GROUP + encodeURIComponent(name)]: list } });
      toast(t(list ? "groups.saved" : "groups.deleted", { name }));
      await this.#loadGroups();
    } catch (error) {
      this.failure = sentence(error);
    }
  }

  /** @param {Event} event */
  #sent(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const fields = new FormData(form);
    const name = String(fields.get("name")).trim();
    if (name) this.#saveGroup(name, String(fields.get("members"))).then(() => this.failure || form.reset());
  }

  /** @param {Giver} giver */
  #giver({ account, containers }) {
    return containers.map((container) => html`<li><a href=${address({ account, container })} dir="auto">${icon("jar")}<span>${container}</span></a><span class="soft">${t("shared.of", { name: account })}</span></li>`);
  }

  /** @param {Given} given */
  #given({ container, name, told }) {
    const href = address({ container, prefix: parentOf(name), query: { panel: "people", on: name } });
    return html`<li><a href=${href} dir="auto">${icon("shared")}<span>${container}/${name}</span></a><span class="soft">${told}</span></li>`;
  }

  render() {
    const { givers, given, groups } = this;
    return html`<h1>${t("nav.shared")}</h1>
      ${this.failure ? html`<p class="note failed" role="alert">${this.failure}</p>` : nothing}
      <section><h2>${t("shared.with")}</h2>
        ${givers?.length === 0 ? html`<p class="soft">${t("shared.none")}</p>` : nothing}
        <ul class="list card" ?hidden=${!givers?.length}>${givers?.map((each) => this.#giver(each))}</ul></section>
      <section><h2>${t("shared.by")}</h2>
        ${given?.length === 0 ? html`<p class="soft">${t("shared.nothing")}</p>` : nothing}
        <ul class="list card" ?hidden=${!given?.length}>${given?.map((each) => this.#given(each))}</ul></section>
      <section><h2>${t("groups")}</h2><p class="soft">${t("groups.help", { account: this.state.account })}</p>
        <ul class="list card" ?hidden=${!groups.length}>${groups.map((each) => html`<li><span class="who">${icon("person")}<strong>${each.name}</strong></span><span class="soft">${each.members}</span>
          <button type="button" class="round" aria-label=${t("groups.delete", { name: each.name })} @click=${() => this.#saveGroup(each.name, "")}>${icon("close")}</button></li>`)}</ul>
        <form class="inline" @submit=${this.#sent}>
          <label class="field">${t("groups.name")}<input name="name" autocomplete="off" /></label>
          <label class="field">${t("groups.members")}<input name="members" autocomplete="off" /></label>
          <button class="primary">${t("groups.save")}</button>
        </form></section>`;
  }
}
customElements.define("pithos-shared", Shared);
