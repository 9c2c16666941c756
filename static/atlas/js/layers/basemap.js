import * as L from "leaflet";
import { PMTiles } from "pmtiles";
import { LineSymbolizer, leafletLayer, PolygonSymbolizer } from "protomaps-leaflet";
import { FileParts } from "../api.js";

const MAJOR = new Set(["motorway", "trunk", "primary"]);
const MIDDLE = new Set(["secondary", "tertiary"]);
const LOCAL = new Set(["residential", "living_street", "unclassified", "pedestrian", "road"]);
const LOCAL_FROM = 13;
const PATHS_FROM = 15;
const PER_ZOOM = 1.42;
const THINNEST = 0.2;

/**
 * A street's width in pixels; 0 is not drawn.
 *
 * @param {number} zoom
 * @param {string} streetClass
 */
export function streetWidth(zoom, streetClass) {
  const name = streetClass.replace("_link", "");
  const growth = PER_ZOOM ** (zoom - LOCAL_FROM);
  if (MAJOR.has(name)) return 2.3 * growth;
  if (MIDDLE.has(name)) return 1.35 * growth;
  if (LOCAL.has(name)) return zoom < LOCAL_FROM ? 0 : 0.55 * growth;
  return zoom < PATHS_FROM ? 0 : 0.4 * growth;
}

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--map-${name}`).trim();
}

/** What lies under the zones. */
function groundRules() {
  const areas = ["sea", "land", "green", "water", "buildings"];
  const token = { buildings: "building" };
  return areas.map((layer) => ({
    dataLayer: layer,
    minzoom: layer === "buildings" ? PATHS_FROM : 0,
    symbolizer: new PolygonSymbolizer({
      fill: colour(/** @type {Record<string, string>} */ (token)[layer] ?? layer),
    }),
  }));
}

/** The streets, above the zones. */
function streetRules() {
  const isDark = document.documentElement.dataset.theme === "dark";
  /** @type {(zoom: number, feature?: any) => number} */
  const width = (zoom, feature) => streetWidth(zoom, String(feature?.props.class ?? ""));
  return [
    {
      dataLayer: "roads",
      filter: (/** @type {number} */ zoom, /** @type {any} */ feature) =>
        width(zoom, feature) > THINNEST,
      symbolizer: new LineSymbolizer({
        color: colour("road"),
        opacity: isDark ? 0.5 : 0.7,
        width,
        perFeature: true,
      }),
    },
  ];
}

/**
 * The city's own streets, water and green, read in parts from one file.
 *
 * @param {L.Map} map
 * @param {string} address
 */
export async function createBasemap(map, address) {
  const archive = new PMTiles(new FileParts(address));
  const { maxZoom } = await archive.getHeader();
  const layers = L.layerGroup().addTo(map);

  function show() {
    layers.clearLayers();
    for (const [pane, paintRules] of [
      ["ground", groundRules()],
      ["streets", streetRules()],
    ]) {
      const options = { url: archive, pane, paintRules, labelRules: [], maxDataZoom: maxZoom };
      layers.addLayer(/** @type {any} */ (leafletLayer(/** @type {any} */ (options))));
    }
  }

  document.addEventListener("themechange", show);
  show();
}
