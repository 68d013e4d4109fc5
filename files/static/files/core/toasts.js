/** Short messages at the edge of the page, each with a way back where there is one. */

import { store } from "./store.js";

/**
 * @typedef {{id: number, text: string, kind: "done" | "failed", undo?: () => Promise<void>, label?: string}} Toast
 */

const STAY_MS = 12_000;
let last = 0;

/** @param {number} id */
export function dismiss(id) {
  store.set({ toasts: store.state.toasts.filter((each) => each.id !== id) });
}

/**
 * @param {string} text
 * @param {{kind?: "done" | "failed", undo?: () => Promise<void>, label?: string}} [options]
 *   undo: stays for as long as the page is open
 */
export function toast(text, { kind = "done", undo, label } = {}) {
  const id = (last += 1);
  store.set({ toasts: [...store.state.toasts, { id, text, kind, undo, label }] });
  if (!undo && kind === "done") setTimeout(() => dismiss(id), STAY_MS);
  return id;
}
