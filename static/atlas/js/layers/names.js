import * as L from "leaflet";

/** @import { Figure } from "../figures.js" */

const HEIGHT = 18;
const MARGIN = 6;

/**
 * Names of zones: the chosen first, then most need; a name that would cover another is left out.
 * Screen readers get the zones themselves, and the table.
 *
 * @param {L.Map} map
 * @param {string} language
 */
export function createNames(map, language) {
  const group = L.layerGroup().addTo(map);
  const measure = document.createElement("canvas").getContext("2d");
  /** @type {{code: string, name: string, point: [number, number], rank: number}[]} */
  let zones = [];
  let chosen = "";

  function place() {
    group.clearLayers();
    /** @type {[number, number, number][]} x, y, half width */
    const taken = [];
    const size = map.getSize();
    for (const zone of zones) {
      const at = map.latLngToContainerPoint([zone.point[1], zone.point[0]]);
      const isChosen = zone.code === chosen;
      const half = width(zone.name) / 2 + MARGIN;
      const isOutside = at.x < half || at.y < HEIGHT || at.x > size.x - half || at.y > size.y;
      const isCovering = taken.some(
        ([x, y, w]) => Math.abs(x - at.x) < w + half && Math.abs(y - at.y) < HEIGHT,
      );
      if (isOutside || (isCovering && !isChosen)) continue;
      taken.push([at.x, at.y, half]);
      group.addLayer(marker(zone, isChosen));
    }
  }

  /** @param {string} name */
  function width(name) {
    if (!measure) return name.length * 7;
    measure.font = "700 12px Vazirmatn, sans-serif";
    return measure.measureText(name).width;
  }

  /**
   * @param {{name: string, point: [number, number]}} zone
   * @param {boolean} isChosen
   */
  function marker(zone, isChosen) {
    const text = document.createElement("div");
    text.className = isChosen ? "zone-name zone-name-chosen" : "zone-name";
    text.dir = "auto";
    text.textContent = zone.name;
    return L.marker([zone.point[1], zone.point[0]], {
      pane: "names",
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: "", iconSize: [0, 0], html: text }),
    });
  }

  /**
   * @param {any} features GeoJSON
   * @param {Map<string, Figure>} figures
   * @param {string} chosenCode
   */
  function show(features, figures, chosenCode) {
    chosen = chosenCode;
    zones = features.features
      .map((/** @type {any} */ { properties: { code, names, point } }) => ({
        code,
        name: names[language] ?? names.en ?? Object.values(names)[0] ?? "",
        point,
        rank: code === chosen ? 1000 : (figures.get(code)?.value ?? -1),
      }))
      .sort((/** @type {any} */ a, /** @type {any} */ b) => b.rank - a.rank);
    place();
  }

  map.on("zoomend moveend resize", place);
  document.fonts.ready.then(place);
  return { show };
}
