import { gapClass, gapPercent, isTooUnknown } from "./scale.js";

/** @import { State } from "./config.js" */

/**
 * What a zone shows.
 *
 * @typedef {Object} Figure
 * @property {number | null} value 0 to 100
 * @property {number | null} shownClass 1 to 5; null is hatched
 * @property {string | null} reason why there is no class
 * @property {boolean} few few children: same colour, dotted outline
 */

/**
 * The figures of the need file, by zone.
 *
 * @param {any} need values/<tier>/need
 * @returns {Map<string, Figure>}
 */
export function needFigures(need) {
  const { columns } = need;
  return new Map(
    need.zones.map((/** @type {string} */ code, /** @type {number} */ i) => [
      code,
      {
        value: columns.need[i],
        shownClass: columns.class[i],
        reason: columns.class[i] === null ? (columns.reason[i] ?? "missing") : null,
        few: columns.flags[i].includes("few_children"),
      },
    ]),
  );
}

/**
 * The gaps of one service and group, by zone.
 *
 * @param {any} service values/<tier>/<service>
 * @param {State} state
 * @returns {Map<string, Figure>}
 */
export function gapFigures(service, state) {
  const group = service.groups[`${state.band}/${state.sex}`];
  return new Map(
    service.zones.map((/** @type {string} */ code, /** @type {number} */ i) => [
      code,
      gapFigure(group, i),
    ]),
  );
}

/**
 * @param {any} group
 * @param {number} i
 * @returns {Figure}
 */
function gapFigure(group, i) {
  const [children, served, full, out, unknown] = [
    "children",
    "served",
    "full",
    "out",
    "unknown",
  ].map((name) => group[name][i]);
  const reason =
    group.reason[i] ?? (children && !isTooUnknown(children, unknown) ? null : "missing");
  return {
    value: reason ? null : gapPercent(served, full, out),
    shownClass: reason ? null : gapClass(served, full, out),
    reason,
    few: group.flags[i].includes("few_children"),
  };
}
