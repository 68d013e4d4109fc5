/** A sentence for each refusal: what happened, and what to do. */

import { Refusal } from "./api.js";
import { SessionOver } from "./token.js";
import { sayings } from "../words/told.js";
import { knows, t } from "./words.js";

/** What browsers say of a script that they could not load. */
const MODULE = /module|import/i;

/**
 * @param {unknown} error
 * @returns {string}
 */
export function sentence(error) {
  if (error instanceof SessionOver) return t("refused.session");
  if (error instanceof TypeError && MODULE.test(error.message)) return t("refused.0");
  if (!(error instanceof Refusal)) return t("refused.bug", { told: String(error) });
  const key = `refused.${error.status}`;
  const told = ours(error.message.replace(/[.\s]+$/, ""));
  return knows(key) ? t(key, { told }) : t("refused.other", { status: error.status, told });
}

/**
 * @param {string} told what the store says
 * @returns {string} the same in the page's own words, where it has some
 */
function ours(told) {
  for (const [key, saying] of Object.entries(sayings)) {
    const found = patternOf(saying).exec(told);
    if (found) return t(`told.${key}`, found.groups);
  }
  return told;
}

/** @param {string} saying */
function patternOf(saying) {
  const escaped = saying.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, "(?<$1>.*)")}$`, "s");
}
