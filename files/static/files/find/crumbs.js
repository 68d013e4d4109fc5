/** Where one is, and the way back up. */

import { html, nothing } from "../vendor/lit.js";
import { readable, trail } from "../core/names.js";
import { Part } from "../core/part.js";
import { address } from "../core/router.js";
import { t } from "../core/words.js";
import { icon } from "../shell/icons.js";

class Crumbs extends Part {
  render() {
    const { route, account } = this.state;
    const { at, history, sort } = route.query;
    const query = Object.fromEntries(Object.entries({ at, history, sort }).filter(([, value]) => value));
    const own = route.account === account;
    const parts = [
      { href: address({ view: own ? "containers" : "shared" }), label: own ? t("nav.files") : route.account },
      { href: address({ ...route, prefix: "", query }), label: route.container },
      ...trail(route.prefix).map(({ prefix, label }) => ({ href: address({ ...route, prefix, query }), label })),
    ];
    return html`<nav class="crumbs" aria-label=${t("crumbs")}><ol>
      ${parts.map(({ href, label }, index) => {
        const last = index === parts.length - 1;
        return html`<li>${index ? icon("chevron") : nothing}<a href=${href} dir="auto" aria-current=${last ? "page" : "false"}>${readable(label)}</a></li>`;
      })}
    </ol></nav>`;
  }
}
customElements.define("pithos-crumbs", Crumbs);
