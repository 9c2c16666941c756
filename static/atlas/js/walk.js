/** The keyboard's walk over the map: arrows mean directions on the ground, in both languages. */

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
// How much worse a step aside is than a step ahead.
const ASIDE = 2;

/**
 * The nearest zone in the direction of an arrow key, or null.
 *
 * @param {string} key
 * @param {string} from code
 * @param {{code: string, point: [number, number]}[]} zones longitude, latitude
 */
export function nearestTowards(key, from, zones) {
  const way = WAYS[key];
  const here = zones.find((zone) => zone.code === from)?.point;
  if (!way || !here) return null;
  const narrow = Math.cos((here[1] * Math.PI) / 180);
  let best = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { code, point } of zones) {
    const east = (point[0] - here[0]) * narrow;
    const north = point[1] - here[1];
    const ahead = east * way[0] + north * way[1];
    const aside = Math.abs(east * way[1]) + Math.abs(north * way[0]);
    const cost = ahead + ASIDE * aside;
    if (ahead > 0 && aside <= ahead * ASIDE && cost < least) [best, least] = [code, cost];
  }
  return best;
}
