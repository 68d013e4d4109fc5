/** The state of the page, in one place; who shows it is told when it has changed. */

/**
 * @typedef {import("./router.js").Route} Route
 * @typedef {import("./toasts.js").Toast} Toast
 * @typedef {{name: string, count: number, bytes: number, modified: number}} Container
 *   modified: milliseconds since 1970
 * @typedef {{
 *   account: string, name: string, operator: boolean, language: string,
 *   route: Route, containers: Container[] | null, quota: number, used: number,
 *   toasts: Toast[], session: "open" | "over", online: boolean, menu: boolean,
 *   revision: number, uploads: number,
 * }} State
 *   quota: bytes, 0 is none; revision: grows when what is listed may have
 *   changed, uploads when one is further
 */

/** @type {State} */
const state = {
  account: "",
  name: "",
  operator: false,
  language: "en",
  route: /** @type {Route} */ ({ view: "containers", account: "", container: "", prefix: "", query: {} }),
  containers: null,
  quota: 0,
  used: 0,
  toasts: [],
  session: "open",
  online: true,
  menu: false,
  revision: 0,
  uploads: 0,
};

/** @type {Set<() => void>} */
const listeners = new Set();

export const store = {
  /** @returns {Readonly<State>} */
  get state() {
    return state;
  },

  /** @param {Partial<State>} change */
  set(change) {
    Object.assign(state, change);
    for (const listener of listeners) listener();
  },

  /** Say that what is listed may have changed. */
  touch() {
    this.set({ revision: state.revision + 1 });
  },

  /**
   * @param {() => void} listener
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
