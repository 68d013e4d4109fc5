/** Which lines of two texts are the same, and which changed. */

/** @typedef {{kind: "same" | "changed", before: string | null, after: string | null}} Line null: the text has no such line */

/** Beyond so many steps two texts count as different altogether. */
const STEPS = 4_000_000;

/**
 * @param {string} before
 * @param {string} after
 * @returns {Line[]}
 */
export function linesOf(before, after) {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const middle = compared(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))];
}

/** @param {string[]} lines @returns {Line[]} */
function same(lines) {
  return lines.map((line) => ({ kind: "same", before: line, after: line }));
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Line[]} by their longest common subsequence
 */
function compared(a, b) {
  if (a.length * b.length > STEPS) return changed(a, b);
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1 : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  /** @type {Line[]} */
  const lines = [];
  let [i, j, from, to] = [0, 0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push(...changed(a.slice(from, i), b.slice(to, j)), ...same([a[i]]));
      [from, to] = [(i += 1), (j += 1)];
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return [...lines, ...changed(a.slice(from), b.slice(to))];
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Line[]} one beside the other
 */
function changed(a, b) {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => ({ kind: "changed", before: a[at] ?? null, after: b[at] ?? null }));
}
