import { PMTiles } from "pmtiles";
import { LineSymbolizer, leafletLayer, PolygonSymbolizer } from "protomaps-leaflet";
import { pause, Turns } from "../pause.js";
import { underVeil } from "../veil.js";
import { L, lendLeaflet } from "./leaflet_name.js";

/** @import * as Leaflet from "leaflet" */
/** @import { FileParts } from "../api.js" */

/** Width of each class of street at zoom 13, and the zoom from which it is drawn. */
const STREETS = {
  major: { width: 2.3, from: 0 },
  medium: { width: 1.35, from: 0 },
  minor: { width: 0.55, from: 13 },
  path: { width: 0.4, from: 15 },
};
const FULL_ZOOM = 13;
const PER_ZOOM = 1.42;
const THINNEST = 0.2;
const BUILDINGS_FROM = 15;
const RIVER_WIDTH = 2;
/** What is drawn into a tile is only painted with the frame: all at once would hold a phone up. */
const TILES_A_FRAME = 1;
/** Tiles come in turns, the middle first; protomaps-leaflet takes 0 for its own longer delay. */
const TILE_DELAY_MS = 0.001;

/**
 * A street's width in pixels; 0 is not drawn.
 *
 * @param {number} zoom
 * @param {string} streetClass major, medium, minor or path
 */
export function streetWidth(zoom, streetClass) {
  const street = STREETS[/** @type {keyof typeof STREETS} */ (streetClass)] ?? STREETS.path;
  return zoom < street.from ? 0 : street.width * growth(zoom);
}

/** @param {number} zoom */
function growth(zoom) {
  return PER_ZOOM ** (zoom - FULL_ZOOM);
}

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--map-${name}`).trim();
}

/** What lies under the zones. */
function groundRules() {
  // The sea keeps its colour outside the city, where the veil pales everything else.
  const veil = Number.parseFloat(colour("veil"));
  const sea = new PolygonSymbolizer({
    fill: underVeil(colour("sea"), colour("outside"), veil),
    stroke: underVeil(colour("coast"), colour("outside"), veil),
    width: 1,
  });
  const areas = ["green", "water", "building"].map((layer) => ({
    dataLayer: layer,
    minzoom: layer === "building" ? BUILDINGS_FROM : 0,
    symbolizer: new PolygonSymbolizer({ fill: colour(layer) }),
  }));
  const river = new LineSymbolizer({
    color: colour("water"),
    width: (/** @type {number} */ zoom) => RIVER_WIDTH * growth(zoom),
  });
  return [
    { dataLayer: "sea", symbolizer: sea },
    ...areas,
    { dataLayer: "river", symbolizer: river },
  ];
}

/** The streets, above the zones. */
function streetRules() {
  const rail = new LineSymbolizer({ color: colour("road-edge"), width: 1, dash: [4, 3] });
  const isDark = document.documentElement.dataset.theme === "dark";
  /** @type {(zoom: number, feature?: any) => number} */
  const width = (zoom, feature) => streetWidth(zoom, String(feature?.props.class ?? ""));
  return [
    {
      dataLayer: "road",
      filter: (/** @type {number} */ zoom, /** @type {any} */ feature) =>
        width(zoom, feature) > THINNEST,
      symbolizer: new LineSymbolizer({
        color: colour("road"),
        opacity: isDark ? 0.5 : 0.7,
        width,
        perFeature: true,
      }),
    },
    { dataLayer: "rail", symbolizer: rail },
  ];
}

/**
 * The city's own streets, water and green, read in parts from one file.
 *
 * @param {typeof Leaflet} leaflet
 * @param {Leaflet.Map} map
 * @param {FileParts} file
 */
export async function createBasemap(leaflet, map, file) {
  lendLeaflet(leaflet);
  const archive = new PMTiles(file);
  const { maxZoom } = await archive.getHeader();
  const layers = L.layerGroup().addTo(map);

  /** @type {any} the tiles as they are read, once for both layers */
  let views = null;
  const turns = new Turns(TILES_A_FRAME);

  /**
   * @param {string} pane
   * @param {any[]} paintRules
   */
  function add(pane, paintRules) {
    const options = {
      url: archive,
      pane,
      paintRules,
      labelRules: [],
      maxDataZoom: maxZoom,
      tileDelay: TILE_DELAY_MS,
    };
    const layer = /** @type {any} */ (leafletLayer(/** @type {any} */ (options)));
    views ??= layer.views;
    layer.views = views;
    // Each tile waits for the layer's tasks once its data has come: here, for its turn.
    Object.defineProperty(layer, "tasks", { get: () => [turns.next()] });
    layers.addLayer(layer);
  }

  function showAnew() {
    layers.clearLayers();
    add("ground", groundRules());
    add("streets", streetRules());
  }

  document.addEventListener("themechange", showAnew);
  add("ground", groundRules());
  await pause();
  add("streets", streetRules());
}
