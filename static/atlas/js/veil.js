/**
 * The colour that looks like the wanted one once the veil lies over it; where the veil is lighter
 * than what is wanted, the nearest there is.
 *
 * @param {string} wanted as #rrggbb
 * @param {string} veil as #rrggbb
 * @param {number} opacity of the veil, below 1
 */
export function underVeil(wanted, veil, opacity) {
  const cover = parts(veil);
  const under = parts(wanted).map((part, i) => (part - opacity * cover[i]) / (1 - opacity));
  const bytes = under.map((part) => Math.round(Math.min(255, Math.max(0, part))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** @param {string} colour as #rrggbb */
function parts(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
