/** The pictures of the page: thin lines in the colour of the text around them. */

import { html, svg } from "../vendor/lit.js";

/** @type {Record<string, string>} */
const PATHS = {
  folder: "M3 6.5A1.5 1.5 0 0 1 4.5 5h4.2l2 2.2h8.8A1.5 1.5 0 0 1 21 8.7v8.8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z",
  file: "M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4L15 13l5 4.5M15.5 9.5h.01",
  text: "M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5M9 12h6.5M9 15.5h6.5",
  sound: "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-2.5-2.5A2.5 2.5 0 0 1 9 18zM19 16a2.5 2.5 0 1 1-2.5-2.5A2.5 2.5 0 0 1 19 16z",
  film: "M4 5h16v14H4zM10 9.2v5.6l4.8-2.8z",
  archive: "M5 4h14v16H5zM12 4v2M12 8v2M12 12v2M10.5 16h3",
  jar: "M8 3.5h8M9 3.5v2C6.5 6.600 5 9 5 12c0 4 2 6.500 4 8.500h6c2-2 4-4.500 4-8.500 0-3-1.500-5.400-4-6.500v-2M5.200 11.500h13.600",
  shared: "M9 11.500a3.200 3.200 0 1 0 0-6.500 3.200 3.200 0 0 0 0 6.500zM3 19c.4-3.200 2.800-5 6-5s5.600 1.800 6 5M15.500 5.300a3.200 3.200 0 0 1 0 6M17 14.300c2.300.6 3.700 2.300 4 4.700",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700L11.500 6.800M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1.500-1.500",
  usage: "M5 20v-6M10 20V9M15 20v-8M20 20V5",
  upload: "M12 16V5M7.500 9.500 12 5l4.500 4.500M5 19.500h14",
  download: "M12 5v11M7.500 11.500 12 16l4.500-4.500M5 19.500h14",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  more: "M12 5.500h.01M12 12h.01M12 18.500h.01",
  menu: "M4 6.500h16M4 12h16M4 17.500h16",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500",
  clock: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.500 10.500v6M13.500 10.500v6",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  move: "M4 7h7l2 2h7v10H4zM9 14h6M12.500 11.500 15 14l-2.500 2.500",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  check: "M5 12.500l4.500 4.500L19 7.500",
  info: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 11v5M12 8h.01",
  keys: "M3 7h18v10H3zM6.500 10.500h.01M10 10.500h.01M13.500 10.500h.01M17 10.500h.01M8 14h8",
  chevron: "M9 6l6 6-6 6",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  left: "M15 6l-6 6 6 6",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.500v13l10-6.500z",
  again: "M19 12a7 7 0 1 1-2.200-5.100M19 4v4h-4",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.6-4 3.500-6 7.500-6s6.900 2 7.500 6",
  gear: "M4 7h10M18 7h2M16 5v4M4 17h2M10 17h10M8 15v4",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
};

/**
 * @param {keyof PATHS & string} name
 * @returns a picture that screen readers pass over
 */
export function icon(name) {
  return html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${svg`<path d=${PATHS[name]} />`}</svg>`;
}

const KINDS = [
  [/^image\//, "image"],
  [/^audio\//, "sound"],
  [/^video\//, "film"],
  [/^text\/|json|xml|javascript|pdf|word|document/, "text"],
  [/zip|tar|gzip|compress|7z|rar/, "archive"],
];

/**
 * @param {{kind: string, type: string}} entry
 * @returns {string} the name of a picture
 */
export function iconOf({ kind, type }) {
  if (kind === "folder") return "folder";
  const found = KINDS.find(([pattern]) => /** @type {RegExp} */ (pattern).test(type));
  return found ? String(found[1]) : "file";
}
