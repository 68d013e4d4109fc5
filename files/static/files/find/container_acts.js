/** Containers are made, changed and deleted. */

import { html, nothing } from "../vendor/lit.js";
import { ask, pathOf } from "../core/api.js";
import { number, size } from "../core/format.js";
import { bytesOf } from "../core/names.js";
import { go } from "../core/router.js";
import { store } from "../core/store.js";
import { toast } from "../core/toasts.js";
import { t } from "../core/words.js";
import { Dialog, open } from "../shell/dialog.js";
import { loadAccount } from "./account.js";

/** @typedef {import("../core/store.js").Container} Container */

const UNIT = 1_000_000;

/** @param {Event} event */
function fieldsOf(event) {
  event.preventDefault();
  return new FormData(/** @type {HTMLFormElement} */ (event.target));
}

/** @param {string} name @returns {string} what is wrong with it, or "" */
function wrong(name) {
  if (!name) return t("name.empty");
  if (name.includes("/")) return t("container.slash");
  return bytesOf(name) > 256 ? t("name.long", { n: 256 }) : "";
}

/** @extends {Dialog<string>} */
class NewContainer extends Dialog {
  heading() {
    return t("container.new");
  }

  /** @param {Event} event */
  #sent(event) {
    const name = String(fieldsOf(event).get("name")).trim();
    this.failure = wrong(name);
    if (this.failure) return;
    this.perform(async () => {
      const answer = await ask("PUT", pathOf({ account: store.state.account, container: name }));
      if (answer.status === 202) toast(t("container.there", { name }));
      return name;
    });
  }

  body() {
    return html`<form @submit=${this.#sent}>
      <label class="field">${t("container.name")}<input name="name" data-first required autocomplete="off" /></label>
      ${this.actions(html`<button class="primary" ?disabled=${this.busy}>${t("make")}</button>`)}
    </form>`;
  }
}
customElements.define("pithos-new-container", NewContainer);

/** @extends {Dialog<boolean>} */
class DeleteContainer extends Dialog {
  static properties = { typed: { state: true } };

  constructor() {
    super();
    /** @type {Container} */
    this.container = { name: "", count: 0, bytes: 0, modified: 0 };
    this.typed = "";
  }

  heading() {
    return t("container.delete.title", { name: this.container.name });
  }

  /** @param {Event} event */
  #sent(event) {
    event.preventDefault();
    const path = pathOf({ account: store.state.account, container: this.container.name });
    this.perform(async () => {
      if (this.container.count) await ask("DELETE", path, { query: { delimiter: "/" } });
      await ask("DELETE", path);
      return true;
    });
  }

  body() {
    const { name, count, bytes } = this.container;
    const sure = !count || this.typed === name;
    return html`<form @submit=${this.#sent}>
      <p>${count ? t("container.delete.full", { n: number(count), count, size: size(bytes) }) : t("container.delete.empty")}</p>
      <p class="soft">${t("container.delete.history")}</p>
      ${count
        ? html`<label class="field">${t("container.delete.type", { name })}<input name="typed" data-first autocomplete="off" .value=${this.typed} @input=${(/** @type {Event} */ event) => (this.typed = /** @type {HTMLInputElement} */ (event.target).value)} /></label>`
        : nothing}
      ${this.actions(html`<button class="danger" ?disabled=${!sure || this.busy}>${t("container.delete")}</button>`)}
    </form>`;
  }
}
customElements.define("pithos-delete-container", DeleteContainer);

/** @extends {Dialog<boolean>} */
class ContainerSettings extends Dialog {
  constructor() {
    super();
    this.name = "";
    /** @type {Headers} */
    this.told = new Headers();
  }

  heading() {
    return t("container.settings.of", { name: this.name });
  }

  /** @param {string} policy */
  #policy(policy) {
    return this.told.get(`X-Container-Policy-${policy}`) ?? "";
  }

  /** @param {Event} event */
  #sent(event) {
    const fields = fieldsOf(event);
    const quota = Math.round(Number(fields.get("quota") || 0) * UNIT);
    const headers = {
      "X-Container-Policy-Quota": String(quota),
      "X-Container-Policy-Versioning": fields.get("history") ? "auto" : "none",
      "X-Container-Policy-Keep-Days": String(fields.get("days") || 0),
      "X-Container-Policy-Keep-Versions": String(fields.get("versions") || 0),
    };
    this.perform(async () => {
      await ask("POST", pathOf({ account: store.state.account, container: this.name }), { query: { update: "" }, headers });
      return true;
    });
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #number(name, value) {
    return html`<label class="field">${t(`container.${name}`)}<input name=${name} type="number" min="0" step=${name === "quota" ? "any" : "1"} .value=${value === "0" ? "" : value} placeholder=${t(`container.${name}.none`)} /></label>`;
  }

  body() {
    return html`<form @submit=${this.#sent}>
      ${this.#number("quota", String(Number(this.#policy("Quota")) / UNIT))}
      <label class="choice"><input type="checkbox" name="history" data-first .checked=${this.#policy("Versioning") !== "none"} />${t("container.history")}</label>
      <p class="soft">${t("container.history.help")}</p>
      ${this.#number("days", this.#policy("Keep-Days"))} ${this.#number("versions", this.#policy("Keep-Versions"))}
      ${this.actions(html`<button class="primary" ?disabled=${this.busy}>${t("save")}</button>`)}
    </form>`;
  }
}
customElements.define("pithos-container-settings", ContainerSettings);

export async function makeContainer() {
  const name = await open(new NewContainer());
  if (name === undefined) return;
  await loadAccount();
  go({ container: name });
}

/** @param {Container} container */
export async function deleteContainer(container) {
  const dialog = new DeleteContainer();
  dialog.container = container;
  if (!(await open(dialog))) return;
  toast(t("container.deleted", { name: container.name }));
  await loadAccount();
}

/** @param {Container} container */
export async function changeContainer({ name }) {
  const dialog = new ContainerSettings();
  dialog.name = name;
  dialog.told = (await ask("HEAD", pathOf({ account: store.state.account, container: name }))).headers;
  if (await open(dialog)) toast(t("container.saved", { name }));
}
