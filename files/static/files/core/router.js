/**
 * Which view the page shows is told by its address, behind #: it is never sent, so no name of a file
 * gets into a log, and names of any kind keep their form (a browser would resolve "a/../b").
 *
 *   #/                                    the containers
 *   #/my/CONTAINER/FOLDER/?sort=size      a folder; the query tells how it is looked at
 *   #/of/ACCOUNT/CONTAINER/FOLDER/        of somebody else
 *   #/shared  #/links  #/usage
 */

import { store } from "./store.js";

/**
 * @typedef {"containers" | "folder" | "shared" | "links" | "usage"} View
 * @typedef {{view: View, account: string, container: string, prefix: string, query: Record<string, string>}} Route
 *   account: whose; prefix: "" or ends with a slash
 */

const PLAIN = new Set(["shared", "links", "usage"]);

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * @param {string} hash the address behind and with #
 * @param {string} me
 * @returns {Route}
 */
export function parse(hash, me) {
  const [path, search] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s, 2);
  const query = Object.fromEntries(new URLSearchParams(search ?? ""));
  const [first, ...rest] = path.split("/").map(decoded);
  if (PLAIN.has(first)) return { view: /** @type {View} */ (first), account: me, container: "", prefix: "", query };
  const account = first === "of" ? rest.shift() ?? "" : me;
  const [container = "", ...names] = rest;
  if (!container) return { view: first === "of" ? "shared" : "containers", account, container: "", prefix: "", query };
  return { view: "folder", account, container, prefix: folderOf(names.join("/")), query };
}

/** @param {string} name */
function folderOf(name) {
  return name && !name.endsWith("/") ? `${name}/` : name;
}

/**
 * @param {Partial<Route>} route
 * @returns {string} an address for a link
 */
export function address(route) {
  const { view = "folder", account = store.state.account, container = "", prefix = "", query = {} } = route;
  const kept = Object.entries(query).filter(([, value]) => value !== "");
  const search = kept.length ? `?${new URLSearchParams(kept)}` : "";
  if (view !== "folder") return `#/${view === "containers" ? "" : view}${search}`;
  const whose = account === store.state.account ? "my" : `of/${encodeURIComponent(account)}`;
  const path = prefix.split("/").map(encodeURIComponent).join("/");
  return `#/${whose}/${encodeURIComponent(container)}/${path}${search}`;
}

/**
 * Go to a view; the one before it is where Back leads.
 *
 * @param {Partial<Route>} route
 */
export function go(route) {
  location.hash = address(route);
}

/**
 * Change how the view is looked at; "" takes a parameter away.
 *
 * @param {Record<string, string>} change
 * @param {{replace?: boolean}} [options] replace: Back does not lead to how it was
 */
export function look(change, { replace = false } = {}) {
  const { route } = store.state;
  const next = address({ ...route, query: { ...route.query, ...change } });
  if (!replace) location.hash = next;
  else {
    history.replaceState(null, "", next);
    follow();
  }
}

export function follow() {
  store.set({ route: parse(location.hash, store.state.account), menu: false });
}

export function startRouter() {
  window.addEventListener("hashchange", follow);
  follow();
}
