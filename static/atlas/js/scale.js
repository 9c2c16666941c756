/** Classes and gaps, by the same exact comparisons as the server's: figures.py has the twin. */

export const CLASSES = 5;

/**
 * How many of 100 children we know about are not served; null where we know of none.
 *
 * @param {number} served
 * @param {number} full
 * @param {number} out
 */
export function gapPercent(served, full, out) {
  const known = served + full + out;
  return known === 0 ? null : Math.floor((200 * (full + out) + known) / (2 * known));
}

/**
 * The class 1 to 5 of the gap.
 *
 * @param {number} served
 * @param {number} full
 * @param {number} out
 */
export function gapClass(served, full, out) {
  const known = served + full + out;
  return known === 0 ? null : Math.min(CLASSES, 1 + Math.floor((5 * (full + out)) / known));
}

/**
 * More than a third unknown: then there is no gap to show.
 *
 * @param {number} children
 * @param {number} unknown
 */
export function isTooUnknown(children, unknown) {
  return 3 * unknown > children;
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
