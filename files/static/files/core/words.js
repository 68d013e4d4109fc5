/** What the page says, in the language that was chosen. */

import { csrf } from "./token.js";
import { store } from "./store.js";

/**
 * @typedef {string | {one: string, other: string}} Phrase other: for {n} of a number that is not one
 * @typedef {Record<string, Phrase>} Phrases
 */

/** @type {Phrases} */
let phrases = {};
let plural = new Intl.PluralRules("en");

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] for {name}; n chooses between one and other
 */
export function t(key, values = {}) {
  const phrase = phrases[key];
  if (phrase === undefined) throw new Error(`no words for ${key}`);
  const rule = plural.select(Number(values.count ?? values.n ?? 0)) === "one" ? "one" : "other";
  const text = typeof phrase === "string" ? phrase : phrase[rule];
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {string} key */
export function knows(key) {
  return key in phrases;
}

/** @param {string} language "en" or "el" */
export async function speak(language) {
  const known = language === "el" ? "el" : "en";
  phrases = (await import(`../words/${known}.js`)).phrases;
  plural = new Intl.PluralRules(known);
  document.documentElement.lang = known;
  store.set({ language: known });
}

/**
 * Speak another language from now on, here and on the other pages.
 *
 * @param {string} language
 */
export async function choose(language) {
  await speak(language);
  const body = new URLSearchParams({ language, csrfmiddlewaretoken: csrf() });
  await fetch("/account/language", { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => undefined);
}
