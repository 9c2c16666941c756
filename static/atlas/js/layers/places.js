import * as L from "leaflet";

/** @import { Config } from "../config.js" */

const NEAR_ZOOM = 14;
const RADIUS_FAR = 3.5;
const RADIUS_NEAR = 6;
const NOTE = { className: "place-note", direction: /** @type {"top"} */ ("top") };

/** Places as dots; a dot's note says its name and kind. The zone's page lists the same places. */
export class Places {
  /**
   * @param {L.Map} map
   * @param {Config} config
   */
  constructor(map, config) {
    this.map = map;
    this.config = config;
    this.group = L.layerGroup().addTo(map);
    this.renderer = L.canvas({ pane: "places" });
    /** @type {any} */
    this.file = null;
    /** @type {string[]} */
    this.kinds = [];
    map.on("zoomend", () => this.draw());
    document.addEventListener("themechange", () => this.draw());
  }

  /**
   * @param {any} file the edition's places
   * @param {string[]} kinds those shown
   */
  show(file, kinds) {
    [this.file, this.kinds] = [file, kinds];
    // The dots' canvas would catch presses meant for zones; without dots the pane steps aside.
    const pane = this.map.getPane("places");
    if (pane) pane.style.pointerEvents = kinds.length ? "" : "none";
    this.draw();
  }

  draw() {
    this.group.clearLayers();
    if (!this.file) return;
    const { kind, lon, lat, name } = this.file.columns;
    const options = this.dotOptions();
    kind.forEach((/** @type {string} */ own, /** @type {number} */ i) => {
      if (!this.kinds.includes(own)) return;
      const dot = L.circleMarker([lat[i], lon[i]], options);
      this.group.addLayer(dot.bindTooltip(() => this.note(name[i], own), NOTE));
    });
  }

  dotOptions() {
    const style = getComputedStyle(document.documentElement);
    return {
      renderer: this.renderer,
      radius: this.map.getZoom() < NEAR_ZOOM ? RADIUS_FAR : RADIUS_NEAR,
      weight: 1.5,
      color: style.getPropertyValue("--surface"),
      fillColor: style.getPropertyValue("--act"),
      fillOpacity: 1,
    };
  }

  /**
   * @param {Record<string, string> | null} names
   * @param {string} kind
   */
  note(names, kind) {
    const text = document.createElement("div");
    text.dir = "auto";
    const own = names?.[this.config.language] ?? names?.en ?? Object.values(names ?? {})[0];
    text.textContent = own || this.config.kinds[kind];
    if (own) {
      const small = document.createElement("small");
      small.textContent = this.config.kinds[kind];
      text.append(small);
    }
    return text;
  }
}
