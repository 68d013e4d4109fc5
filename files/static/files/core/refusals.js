/** A sentence for each refusal: what happened, and what to do. */

import { Refusal } from "./api.js";
import { SessionOver } from "./token.js";
import { knows, t } from "./words.js";

/**
 * @param {unknown} error
 * @returns {string}
 */
export function sentence(error) {
  if (error instanceof SessionOver) return t("refused.session");
  if (!(error instanceof Refusal)) return t("refused.bug", { told: String(error) });
  const key = `refused.${error.status}`;
  return knows(key) ? t(key, { told: error.message }) : t("refused.other", { status: error.status, told: error.message });
}
