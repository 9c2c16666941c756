import * as L from "leaflet";
import { allRings, isEnclosed, outerRings } from "../inside.js";

/** A ring far outside any city: the veil's outer edge. */
const FAR = 3;

/**
 * Lines and veil over the zones: none of them answers to a pointer.
 *
 * @param {L.Map} map
 */
export function createOutlines(map) {
  const group = L.layerGroup().addTo(map);
  const lines = L.svg({ pane: "lines", padding: 0.5 });
  const land = L.svg({ pane: "land", padding: 0.5 });
  const style = { renderer: lines, pane: "lines", interactive: false };

  /** @param {any} city GeoJSON of zones that are the city together */
  function showLand(city) {
    group.addLayer(
      L.geoJSON(city, {
        interactive: false,
        style: { renderer: land, pane: "land", stroke: false, className: "land" },
      }),
    );
  }

  /**
   * @param {[number, number][][]} rings
   * @param {string} className
   */
  function showLines(rings, className) {
    group.addLayer(L.polyline(places(rings), { ...style, className }));
  }

  /**
   * The work of showing the lines of some zones in place of those shown now.
   *
   * @param {any} zones GeoJSON of the tier shown
   * @param {any | null} above GeoJSON of the tier above it
   * @returns {(() => void)[]}
   */
  function pieces(zones, above) {
    const work = [
      () => {
        group.clearLayers();
        group.addLayer(veilAround(above ?? zones, lines));
      },
      () => showLand(above ?? zones),
      // One path for the lines of all zones: none needs to be told from its neighbour.
      () => showLines(allRings(zones), "zone-line"),
    ];
    // Outer rings only: slivers between the parts of a coarse zone are no borders.
    if (above) work.push(() => showLines(outerRings(above), "district-line"));
    return work;
  }
  return { pieces };
}

/**
 * Everything but the city, so that the neighbours withdraw.
 *
 * @param {any} zones
 * @param {L.SVG} renderer
 */
function veilAround(zones, renderer) {
  const bounds = L.geoJSON(zones).getBounds().pad(FAR);
  const outer = [
    bounds.getSouthWest(),
    bounds.getNorthWest(),
    bounds.getNorthEast(),
    bounds.getSouthEast(),
  ];
  const features = zones.features.filter((/** @type {any} */ zone) => !isEnclosed(zone, zones));
  return L.polygon([outer, ...places(outerRings({ features }))], {
    renderer,
    pane: "lines",
    interactive: false,
    stroke: false,
    fillRule: "evenodd",
    className: "veil",
  });
}

/** @param {[number, number][][]} rings longitude, latitude */
function places(rings) {
  return rings.map((ring) => ring.map(([lon, lat]) => L.latLng(lat, lon)));
}

/**
 * The outline of one zone, twice: a light edge under a dark one.
 *
 * @param {L.Map} map
 * @param {string} name class of the two lines: "chosen" or "focused"
 */
export function createMark(map, name) {
  const group = L.layerGroup().addTo(map);
  const renderer = L.svg({ pane: "chosen", padding: 0.5 });
  /** @param {any | null} feature */
  function show(feature) {
    group.clearLayers();
    if (!feature) return;
    for (const part of ["under", "over"]) {
      group.addLayer(
        L.geoJSON(feature, {
          interactive: false,
          style: { renderer, pane: "chosen", fill: false, className: `${name}-${part}` },
        }),
      );
    }
  }
  return { show };
}
