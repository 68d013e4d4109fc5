/** Who else may read or write, as the store writes it: "read=olga,igor; write=maria". */

/** @typedef {{who: string, right: "read" | "write"}} Grant who: an account, ACCOUNT:GROUP, or * for everybody with a token */

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * @param {string} header
 * @returns {Grant[]}
 */
export function grantsOf(header) {
  return header.split(";").flatMap((part) => {
    const [right, names = ""] = part.trim().split("=");
    if (right !== "read" && right !== "write") return [];
    return names.split(",").filter(Boolean).map((name) => ({ who: decoded(name.trim()), right: /** @type {Grant["right"]} */ (right) }));
  });
}

/**
 * @param {Grant[]} grants
 * @returns {string} "" ends the sharing
 */
export function headerOf(grants) {
  const parts = ["read", "write"].map((right) => {
    const names = grants.filter((grant) => grant.right === right).map(({ who }) => encodeURIComponent(who).replaceAll("%3A", ":").replaceAll("*", "*"));
    return names.length ? `${right}=${names.join(",")}` : "";
  });
  return parts.filter(Boolean).join("; ");
}
