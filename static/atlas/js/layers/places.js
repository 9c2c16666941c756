import * as L from "leaflet";

/** @import { Config } from "../config.js" */

const NEAR_ZOOM = 14;

/**
 * Places as dots; a dot's note says its name and kind. The zone's page lists the same places.
 *
 * @param {L.Map} map
 * @param {Config} config
 */
export function createPlaces(map, config) {
  const group = L.layerGroup().addTo(map);
  const renderer = L.canvas({ pane: "places" });
  /** @type {any} */
  let places = null;
  /** @type {string[]} */
  let kinds = [];

  function draw() {
    group.clearLayers();
    if (!places) return;
    const { kind, lon, lat, name } = places.columns;
    const style = getComputedStyle(document.documentElement);
    const options = {
      renderer,
      radius: map.getZoom() < NEAR_ZOOM ? 3.5 : 6,
      weight: 1.5,
      color: style.getPropertyValue("--surface"),
      fillColor: style.getPropertyValue("--act"),
      fillOpacity: 1,
    };
    kind.forEach((/** @type {string} */ own, /** @type {number} */ i) => {
      if (!kinds.includes(own)) return;
      const dot = L.circleMarker([lat[i], lon[i]], options);
      group.addLayer(dot.bindTooltip(() => note(name[i], own), noteOptions));
    });
  }

  const noteOptions = { className: "place-note", direction: /** @type {"top"} */ ("top") };

  /**
   * @param {Record<string, string>} names
   * @param {string} kind
   */
  function note(names, kind) {
    const text = document.createElement("div");
    text.dir = "auto";
    const own = names?.[config.language] ?? names?.en ?? Object.values(names ?? {})[0];
    text.textContent = own || config.kinds[kind];
    if (own) {
      const small = document.createElement("small");
      small.textContent = config.kinds[kind];
      text.append(small);
    }
    return text;
  }

  map.on("zoomend", draw);
  document.addEventListener("themechange", draw);
  return {
    /**
     * @param {any} file the edition's places
     * @param {string[]} shown kinds
     */
    show: (file, shown) => {
      [places, kinds] = [file, shown];
      // Canvas dots would catch presses meant for zones; without dots the pane steps aside.
      const pane = map.getPane("places");
      if (pane) pane.style.pointerEvents = shown.length ? "" : "none";
      draw();
    },
  };
}
