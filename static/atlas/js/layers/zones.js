import * as L from "leaflet";
import { handfuls } from "../pause.js";
import { nearestTowards } from "../walk.js";
import { addHatch } from "./hatch.js";

/** @import { Figure } from "../figures.js" */

/**
 * @typedef {Object} Tell
 * @property {(code: string) => void} choose
 * @property {(code: string | null) => void} focus
 */

/** How many zones are drawn before the browser may answer its reader again. */
const AT_ONCE = 8;

/** The zones as paths that can be seen, pressed, focused and read out. */
export class Zones {
  /**
   * @param {L.Map} map
   * @param {Tell} tell
   */
  constructor(map, tell) {
    this.map = map;
    this.tell = tell;
    this.renderer = L.svg({ pane: "zones", padding: 0.5 });
    /** @type {Map<string, L.Polygon & {feature: any}>} */
    this.byCode = new Map();
    const style = { stroke: false, fillOpacity: 1, className: "zone" };
    this.group = L.geoJSON(undefined, {
      style: { ...style, renderer: this.renderer, pane: "zones" },
      onEachFeature: (feature, layer) => {
        const { code } = feature.properties;
        this.byCode.set(code, /** @type {any} */ (layer));
        layer.on("click", () => this.tell.choose(code));
      },
    }).addTo(map);
  }

  /**
   * The work of showing some zones in place of those shown now.
   *
   * @param {any} zones GeoJSON
   * @returns {(() => void)[]}
   */
  pieces(zones) {
    const some = handfuls(zones.features, AT_ONCE);
    return [() => this.clear(), ...some.map((features) => () => this.add(features))];
  }

  clear() {
    this.group.clearLayers();
    this.byCode.clear();
  }

  /** @param {any[]} features GeoJSON */
  add(features) {
    for (const feature of features) {
      this.group.addData(feature);
      const { code } = feature.properties;
      this.listen(code, this.byCode.get(code)?.getElement());
    }
    addHatch(this.map);
  }

  /**
   * @param {string} code
   * @param {Element | undefined} path
   */
  listen(code, path) {
    path?.setAttribute("role", "button");
    path?.setAttribute("tabindex", "-1");
    path?.setAttribute("data-zone", code);
    path?.addEventListener("focus", () => this.tell.focus(code));
    path?.addEventListener("blur", () => this.tell.focus(null));
    path?.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent) this.walk(event, code);
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} code
   */
  walk(event, code) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.tell.choose(code);
      return;
    }
    const points = [...this.byCode].map(([other, layer]) => ({
      code: other,
      point: layer.feature.properties.point,
    }));
    const next = nearestTowards(event.key, code, points);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.reach(next);
    const path = this.byCode.get(next)?.getElement();
    if (path instanceof SVGElement) path.focus({ preventScroll: true });
  }

  /** @param {string} code the one zone that the tab key reaches; the arrows reach the others */
  reach(code) {
    for (const [other, layer] of this.byCode) {
      layer.getElement()?.setAttribute("tabindex", other === code ? "0" : "-1");
    }
  }

  /** @param {Map<string, Figure>} figures */
  paint(figures) {
    for (const [code, layer] of this.byCode) {
      const figure = figures.get(code);
      const path = layer.getElement();
      if (!path || !figure) continue;
      const worn = figure.shownClass ?? "none";
      const few = figure.few ? " zone-few" : "";
      path.setAttribute("class", `leaflet-interactive zone zone-${worn}${few}`);
      path.setAttribute("data-class", String(worn));
    }
  }

  /** @param {(code: string) => string} nameOf what a screen reader says */
  name(nameOf) {
    for (const [code, layer] of this.byCode) {
      layer.getElement()?.setAttribute("aria-label", nameOf(code));
    }
  }

  /** @param {string} chosen code, or "" */
  choose(chosen) {
    this.reach(this.byCode.has(chosen) ? chosen : ([...this.byCode.keys()][0] ?? ""));
    for (const [code, layer] of this.byCode) {
      layer.getElement()?.setAttribute("aria-pressed", String(code === chosen));
    }
  }

  /** @param {string | null} worn the class to light up; the others step back */
  light(worn) {
    for (const layer of this.byCode.values()) {
      const path = layer.getElement();
      const isOther = worn !== null && path?.getAttribute("data-class") !== worn;
      path?.classList.toggle("zone-dim", isOther);
    }
  }

  /** @param {string} code */
  feature(code) {
    return this.byCode.get(code)?.feature ?? null;
  }

  /** @param {string} code */
  bounds(code) {
    return this.byCode.get(code)?.getBounds() ?? null;
  }
}
