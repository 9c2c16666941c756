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
 * @param {[number, number]} limit share of unknown children above which there is no gap
 * @returns {Map<string, Figure>}
 */
export function gapFigures(service, state, limit) {
  const group = service.groups[`${state.band}/${state.sex}`];
  return new Map(
    service.zones.map((/** @type {string} */ code, /** @type {number} */ i) => [
      code,
      gapFigure(group, i, limit),
    ]),
  );
}

/**
 * @param {any} group
 * @param {number} i
 * @param {[number, number]} limit
 * @returns {Figure}
 */
function gapFigure(group, i, limit) {
  const [children, served, unknown] = ["children", "served", "unknown"].map((n) => group[n][i]);
  const lacking = lackingOf(group, i);
  const hasSplit = lacking !== null && served !== null && unknown !== null;
  const isKnown = hasSplit && children > 0 && !isTooUnknown(children, unknown, limit);
  return {
    value: isKnown ? gapPercent(served, lacking) : null,
    shownClass: isKnown ? gapClass(served, lacking) : null,
    reason: isKnown ? null : ((hasSplit ? null : group.reason[i]) ?? "missing"),
    few: group.flags[i].includes("few_children"),
  };
}

/**
 * Full and out, or their sum where they may not be shown apart.
 *
 * @param {any} group
 * @param {number} i
 * @returns {number | null}
 */
function lackingOf(group, i) {
  const [full, out] = [group.full[i], group.out[i]];
  return full === null || out === null ? (group.not_served?.[i] ?? null) : full + out;
}
