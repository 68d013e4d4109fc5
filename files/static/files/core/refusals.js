/** A sentence for each refusal: what happened, and what to do. */

import { Refusal } from "./api.js";
import { SessionOver } from "./token.js";
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
  const told = error.message.replace(/[.\s]+$/, "");
  return knows(key) ? t(key, { told }) : t("refused.other", { status: error.status, told });
}
