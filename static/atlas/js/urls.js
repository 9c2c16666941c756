/** @import { State } from "./config.js" */

const NEED = "need";
const ALL = "all";

/**
 * The query of a state; what is usual is left out, so that addresses stay short.
 *
 * @param {State} state
 * @param {string} start the tier shown first
 */
export function queryOf(state, start) {
  const isNeed = state.service === NEED;
  /** @type {[string, string, string][]} name, value, usual value */
  const parts = [
    ["tier", state.tier, start],
    ["service", state.service, NEED],
    ["band", isNeed ? ALL : state.band, ALL],
    ["sex", isNeed ? ALL : state.sex, ALL],
    ["zone", state.zone, ""],
    ["edition", state.edition, ""],
    ["at", state.at, ""],
    ["layers", state.layers.join(","), ""],
  ];
  const kept = parts.filter(([, value, usual]) => value !== usual);
  const text = kept.map(([name, value]) => `${name}=${escaped(value)}`).join("&");
  return text ? `?${text}` : "";
}

/** @param {string} value */
function escaped(value) {
  return encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%2C", ",");
}

/**
 * The state that a query names, over the page's usual one.
 *
 * @param {string} query
 * @param {string} start
 * @returns {State}
 */
export function stateOf(query, start) {
  const named = new URLSearchParams(query);
  return {
    tier: named.get("tier") ?? start,
    service: named.get("service") ?? NEED,
    band: named.get("band") ?? ALL,
    sex: named.get("sex") ?? ALL,
    zone: named.get("zone") ?? "",
    edition: named.get("edition") ?? "",
    at: named.get("at") ?? "",
    layers: (named.get("layers") ?? "").split(",").filter(Boolean),
  };
}

/**
 * The map's place as it stands in an address. Five decimals are a metre; zoom moves in quarters.
 *
 * @param {number} zoom
 * @param {number} lat
 * @param {number} lon
 */
export function placeText(zoom, lat, lon) {
  return `${Number(zoom.toFixed(2))}/${lat.toFixed(5)}/${lon.toFixed(5)}`;
}

/**
 * @param {string} text zoom/latitude/longitude
 * @returns {{zoom: number, lat: number, lon: number} | null}
 */
export function placeOf(text) {
  const [zoom, lat, lon] = text.split("/").map(Number);
  return text && [zoom, lat, lon].every(Number.isFinite) ? { zoom, lat, lon } : null;
}
