/** Markdown as a page lays it out: nothing of it becomes HTML of its author's. */

import { html } from "../vendor/lit.js";

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\((?:https?:\/\/|mailto:)[^\s)]+\))/;

/** @param {string} text @returns {unknown[]} */
function inline(text) {
  return text.split(INLINE).map((part) => {
    if (part.startsWith("`") && part.length > 2) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith("**") && part.length > 4) return html`<strong>${part.slice(2, -2)}</strong>`;
    if (part.startsWith("*") && part.length > 2) return html`<em>${part.slice(1, -1)}</em>`;
    const link = part.match(/^\[([^\]]+)\]\((.+)\)$/);
    return link ? html`<a href=${link[2]} target="_blank" rel="noopener noreferrer">${link[1]}</a>` : part;
  });
}

/** @param {string} line */
function heading(line) {
  const [, marks = "", text = ""] = line.match(/^(#{1,6})\s+(.*)$/) ?? [];
  const content = inline(text);
  if (marks.length === 1) return html`<h3 class="large">${content}</h3>`;
  return marks.length === 2 ? html`<h3>${content}</h3>` : html`<h4>${content}</h4>`;
}

/** @param {string[]} lines */
function list(lines) {
  const items = lines.map((line) => html`<li>${inline(line.replace(/^\s*([-*+]|\d+[.)])\s+/, ""))}</li>`);
  return /^\s*\d/.test(lines[0]) ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
}

/**
 * @param {string} block lines without an empty one
 * @returns {unknown}
 */
function drawn(block) {
  const lines = block.split("\n");
  if (/^#{1,6}\s/.test(lines[0])) return [heading(lines[0]), lines.length > 1 ? drawn(lines.slice(1).join("\n")) : ""];
  if (lines.every((line) => /^\s*([-*+]|\d+[.)])\s+/.test(line))) return list(lines);
  if (lines.every((line) => line.startsWith(">"))) return html`<blockquote>${inline(lines.map((line) => line.slice(1)).join("\n"))}</blockquote>`;
  if (/^([-*_]\s*){3,}$/.test(block)) return html`<hr />`;
  return html`<p>${inline(block)}</p>`;
}

/** @param {string} text */
export function markdown(text) {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/^```.*$/m)
    .map((part, index) => (index % 2 ? html`<pre>${part.replace(/^\n|\n$/g, "")}</pre>` : part.split(/\n\s*\n/).filter((block) => block.trim()).map((block) => drawn(block.trim()))));
}
