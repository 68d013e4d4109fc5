import { html } from "../vendor/lit.js";
import { setTheme, theme } from "../core/look.js";
import { Part } from "../core/part.js";
import { store } from "../core/store.js";
import { csrf } from "../core/token.js";
import { choose, t } from "../core/words.js";
import { icon } from "./icons.js";
import { showKeys } from "./keys.js";
import { openMenu } from "./menu.js";

/** @type {("auto" | "light" | "dark")[]} */
const THEMES = ["auto", "light", "dark"];

/** Leave, as the button of the other pages does. */
function signOut() {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/account/sign-out" });
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() });
  form.append(field);
  document.body.append(form);
  form.submit();
}

/** The head of the page: whose it is, and how it looks. */
class Head extends Part {
  /** @param {Event} event */
  #account(event) {
    const leave = (/** @type {string} */ path) => () => location.assign(path);
    openMenu(/** @type {HTMLElement} */ (event.currentTarget), t("account"), [
      { label: t("account.tokens"), icon: "lock", act: leave("/account/") },
      { label: t("account.logins"), icon: "person", act: leave("/account/logins") },
      { label: t("account.password"), icon: "pencil", act: leave("/account/password") },
      ...(this.state.operator ? [{ label: t("account.admin"), icon: "gear", act: leave("/admin/") }] : []),
      null,
      { label: t("account.out", { name: this.state.account }), icon: "left", act: signOut },
    ]);
  }

  /** @param {Event} event */
  #look(event) {
    openMenu(
      /** @type {HTMLElement} */ (event.currentTarget),
      t("look"),
      THEMES.map((each) => ({ label: t(`theme.${each}`), icon: each === theme() ? "check" : "sun", act: () => setTheme(each) })),
    );
  }

  render() {
    const other = this.state.language === "el" ? { code: "en", name: "English" } : { code: "el", name: "Ελληνικά" };
    return html`<header class="head">
      <button type="button" class="round narrow" aria-label=${t("nav")} aria-expanded=${this.state.menu} @click=${() => store.set({ menu: !this.state.menu })}>${icon("menu")}</button>
      <a class="brand" href="#/"><img src="/static/accounts/favicon.svg" alt="" width="26" height="26" />Pithos</a>
      <span class="spring"></span>
      <button type="button" class="plain" lang=${other.code} @click=${() => choose(other.code)}>${other.name}</button>
      <button type="button" class="round" aria-label=${t("look")} aria-haspopup="menu" aria-expanded="false" @click=${this.#look}>${icon("sun")}</button>
      <button type="button" class="round" aria-label=${t("keys.title")} @click=${() => showKeys()}>${icon("keys")}</button>
      <button type="button" class="plain person" aria-haspopup="menu" aria-expanded="false" @click=${this.#account}>${icon("person")}<span class="wide">${this.state.name}</span><span class="unseen">${t("account")}</span></button>
    </header>`;
  }
}
customElements.define("pithos-head", Head);
