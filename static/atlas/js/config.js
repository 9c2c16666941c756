/**
 * What the server tells the map's script, in one place.
 *
 * @typedef {Object} State
 * @property {string} tier
 * @property {string} service "need", or a service's code
 * @property {string} band "all", or a band's code
 * @property {string} sex "all", or a sex's code
 * @property {string} zone the chosen zone's code, or ""
 * @property {string[]} layers kinds of place shown
 * @property {string} edition label, or "" for the latest
 * @property {string} at the map's place: zoom/latitude/longitude, or ""
 *
 * @typedef {Object} Tier
 * @property {string} code
 * @property {string} name
 * @property {string | null} above the next coarser tier of the same tree
 *
 * @typedef {Object} Words
 * @property {string[]} classes
 * @property {string[]} needClasses
 * @property {Record<string, string>} reasons
 * @property {string} need
 * @property {string} gap
 * @property {string} gapOf
 * @property {string} needOf
 * @property {string} zoneNeed
 * @property {string} zoneClass
 * @property {string} zoneGap
 * @property {string} zoneNone
 * @property {string} few
 * @property {string} noGround
 * @property {string} noFigures
 * @property {string} notFound
 * @property {string} noPosition
 * @property {string} outside
 * @property {string} chosen
 * @property {string} copied
 *
 * @typedef {Object} Config
 * @property {string} language
 * @property {string} icons
 * @property {string} basemapScript
 * @property {[number, number, number, number]} bounds west, south, east, north
 * @property {string} start the tier shown first
 * @property {[number, number]} unknownLimit share of unknown children above which there is no gap
 * @property {State} state
 * @property {{map: string, table: string, panel: string, zone: string, data: string}} pages
 * @property {Record<string, string>} files addresses by role
 * @property {Tier[]} tiers
 * @property {Record<string, string>} services names inside a sentence
 * @property {Record<string, string>} kinds
 * @property {Words} words
 */

/** @returns {Config} what the page's json_script holds */
export function readConfig() {
  const element = document.getElementById("map-config");
  return JSON.parse(element?.textContent ?? "{}");
}
