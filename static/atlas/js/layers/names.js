import * as L from "leaflet";
import { handfuls, pause } from "../pause.js";

/** @import { Figure } from "../figures.js" */

/**
 * @typedef {Object} Name
 * @property {string} code
 * @property {string} name
 * @property {[number, number]} point longitude, latitude
 * @property {number} rank most need first; the chosen zone before all
 */

/** How many names are measured before the browser may answer its reader again. */
const AT_ONCE = 8;
const HEIGHT = 18;
const MARGIN = 6;
const RISE = HEIGHT / 2;
const CHOSEN_LARGER = 1.3;
const FIRST = 1000;
const LAST = -1;

/**
 * Names of zones: the chosen first, then most need; a name that would cover another is left out.
 * Screen readers get the zones themselves, and the table.
 */
export class Names {
  /**
   * @param {L.Map} map
   * @param {string} language
   */
  constructor(map, language) {
    this.map = map;
    this.language = language;
    this.group = L.layerGroup().addTo(map);
    this.measure = document.createElement("canvas").getContext("2d");
    /** @type {Map<string, number>} in the letters that the map is written in now */
    this.widths = new Map();
    /** @type {Name[]} */
    this.names = [];
    this.chosen = "";
    map.on("zoomend moveend resize", () => this.place());
    document.addEventListener("letterschange", () => this.takeOtherLetters());
  }

  /**
   * @param {any} zones GeoJSON
   * @param {Map<string, Figure>} figures
   * @param {string} chosen code
   */
  show(zones, figures, chosen) {
    this.chosen = chosen;
    this.names = zones.features
      .map((/** @type {any} */ { properties: { code, names, point } }) => ({
        code,
        name: names[this.language] ?? names.en ?? Object.values(names)[0] ?? "",
        point,
        rank: code === chosen ? FIRST : (figures.get(code)?.value ?? LAST),
      }))
      .sort((/** @type {Name} */ a, /** @type {Name} */ b) => b.rank - a.rank);
    this.place();
  }

  /** Widths are measured anew, some at a time: the first of new letters take their while. */
  async takeOtherLetters() {
    this.widths.clear();
    for (const some of handfuls(this.names, AT_ONCE)) {
      this.write();
      for (const { name } of some) this.width(name);
      await pause();
    }
    this.place();
  }

  /** Measures in the letters that the map is written in now. */
  write() {
    if (this.measure) this.measure.font = `700 12px ${lettersOf(this.map)}`;
  }

  place() {
    this.group.clearLayers();
    /** @type {[number, number, number][]} x, y, half width */
    const taken = [];
    const size = this.map.getSize();
    const cards = cardsOn(this.map);
    this.write();
    for (const zone of this.names) {
      const { x, y } = this.map.latLngToContainerPoint([zone.point[1], zone.point[0]]);
      const isChosen = zone.code === this.chosen;
      const half = (this.width(zone.name) * (isChosen ? CHOSEN_LARGER : 1)) / 2 + MARGIN;
      const isOutside = x < half || y < HEIGHT || x > size.x - half || y > size.y;
      const isCovering = taken.some(
        ([tx, ty, th]) => Math.abs(tx - x) < th + half && Math.abs(ty - y) < HEIGHT,
      );
      const isUnderCard = cards.some(
        (card) =>
          x > card.left - half &&
          x < card.right + half &&
          y > card.top - RISE &&
          y < card.bottom + RISE,
      );
      if (isOutside || isCovering || isUnderCard) continue;
      taken.push([x, y, half]);
      this.group.addLayer(nameMarker(zone, isChosen));
    }
  }

  /** @param {string} name */
  width(name) {
    const width = this.widths.get(name) ?? this.measure?.measureText(name).width ?? 0;
    this.widths.set(name, width);
    return width;
  }
}

/**
 * The letters that the map is written in now.
 *
 * @param {L.Map} map
 */
function lettersOf(map) {
  return getComputedStyle(map.getContainer()).getPropertyValue("--font");
}

/**
 * The cards that lie on the map, within it.
 *
 * @param {L.Map} map
 */
function cardsOn(map) {
  const box = map.getContainer().getBoundingClientRect();
  const cards = map.getContainer().parentElement?.querySelectorAll(".float") ?? [];
  return [...cards].map((card) => {
    const { left, right, top, bottom } = card.getBoundingClientRect();
    return {
      left: left - box.left,
      right: right - box.left,
      top: top - box.top,
      bottom: bottom - box.top,
    };
  });
}

/**
 * @param {Name} zone
 * @param {boolean} isChosen
 */
function nameMarker(zone, isChosen) {
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
