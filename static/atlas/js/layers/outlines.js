import * as L from "leaflet";
import { isEnclosed, outerRings } from "../inside.js";

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
  const veil = L.svg({ pane: "veil", padding: 0.5 });
  const land = L.svg({ pane: "land", padding: 0.5 });
  /**
   * @param {any} zones GeoJSON of the tier shown
   * @param {any | null} above GeoJSON of the tier above it
   */
  function show(zones, above) {
    group.clearLayers();
    group.addLayer(veilAround(above ?? zones, veil));
    group.addLayer(
      L.geoJSON(above ?? zones, {
        interactive: false,
        style: { renderer: land, pane: "land", stroke: false, className: "land" },
      }),
    );
    group.addLayer(
      L.geoJSON(zones, {
        interactive: false,
        style: { renderer: lines, pane: "lines", fill: false, className: "zone-line" },
      }),
    );
    if (above) {
      // Outer rings only: slivers between the parts of a coarse zone are no borders.
      const rings = outerRings(above).map((ring) => ring.map(([lon, lat]) => L.latLng(lat, lon)));
      const style = { renderer: lines, pane: "lines", className: "district-line" };
      group.addLayer(L.polyline(rings, { ...style, interactive: false }));
    }
  }
  return { show };
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
  const holes = outerRings({ features }).map((ring) =>
    ring.map(([lon, lat]) => L.latLng(lat, lon)),
  );
  return L.polygon([outer, ...holes], {
    renderer,
    pane: "veil",
    interactive: false,
    stroke: false,
    fillRule: "evenodd",
    className: "veil",
  });
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
