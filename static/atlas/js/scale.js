/** Classes and gaps, by the same exact comparisons as the server's: figures.py has the twin. */

export const CLASSES = 5;

/**
 * How many of 100 children we know about are not served; null where we know of none.
 *
 * @param {number} served
 * @param {number} lacking
 */
export function gapPercent(served, lacking) {
  const known = served + lacking;
  return known === 0 ? null : Math.floor((200 * lacking + known) / (2 * known));
}

/**
 * The class 1 to 5 of the gap.
 *
 * @param {number} served
 * @param {number} lacking
 */
export function gapClass(served, lacking) {
  const known = served + lacking;
  return known === 0 ? null : Math.min(CLASSES, 1 + Math.floor((5 * lacking) / known));
}

/**
 * A larger share unknown than the limit: then there is no gap to show.
 *
 * @param {number} children
 * @param {number} unknown
 * @param {[number, number]} limit a fraction
 */
export function isTooUnknown(children, unknown, [part, whole]) {
  return whole * unknown > part * children;
}

/**
 * How many zones wear each class; index 0 counts those without.
 *
 * @param {Iterable<{shownClass: number | null}>} figures
 */
export function countClasses(figures) {
  const counts = Array.from({ length: CLASSES + 1 }, () => 0);
  for (const figure of figures) counts[figure.shownClass ?? 0] += 1;
  return counts;
}
