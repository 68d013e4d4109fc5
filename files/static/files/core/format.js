/** Sizes, numbers and times as people read them, in the language of the page. */

import { store } from "./store.js";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];

/** @type {Map<string, Intl.NumberFormat | Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @template {Intl.NumberFormat | Intl.DateTimeFormat} F
 * @param {string} key
 * @param {(language: string) => F} make
 * @returns {F}
 */
function cached(key, make) {
  const { language } = store.state;
  const full = `${language} ${key}`;
  if (!formats.has(full)) formats.set(full, make(language));
  return /** @type {F} */ (formats.get(full));
}

/** @param {number} value */
export function number(value) {
  return cached("number", (language) => new Intl.NumberFormat(language)).format(value);
}

/** @param {number} bytes */
export function size(bytes) {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const digits = power && value < 100 ? 1 : 0;
  const unit = UNITS[power];
  const unitDisplay = power ? "short" : "long";
  return cached(
    `${unit} ${digits}`,
    (language) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay, maximumFractionDigits: digits }),
  ).format(value);
}

/** @param {number} ms since 1970 */
export function moment(ms) {
  return cached("moment", (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" })).format(ms);
}

/** @param {number} ms since 1970 */
export function second(ms) {
  return cached("second", (language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" })).format(ms);
}

/**
 * A date for a narrow column: the hour of today, the day of this year, else the year too.
 *
 * @param {number} ms since 1970
 */
export function day(ms) {
  const now = new Date();
  const then = new Date(ms);
  if (then.toDateString() === now.toDateString()) {
    return cached("hour", (language) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" })).format(ms);
  }
  const year = then.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return cached(`day ${year}`, (language) => new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year })).format(ms);
}

/** @param {number} seconds */
export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const [unit, value] = seconds < 90 ? ["second", Math.max(1, Math.round(seconds))] : minutes < 90 ? ["minute", minutes] : ["hour", Math.round(minutes / 60)];
  return cached(
    `span ${unit}`,
    (language) => new Intl.NumberFormat(language, { style: "unit", unit: String(unit), unitDisplay: "long" }),
  ).format(Number(value));
}
