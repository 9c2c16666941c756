import * as L from "leaflet";
import { nearestTowards } from "../walk.js";

/** @import { Figure } from "../figures.js" */

const SVG = "http://www.w3.org/2000/svg";

/**
 * The zones as paths that can be seen, pressed, focused and read out.
 *
 * @param {L.Map} map
 * @param {{choose: (code: string) => void, focus: (code: string | null) => void}} tell
 */
export function createZones(map, tell) {
  const renderer = L.svg({ pane: "zones", padding: 0.5 });
  /** @type {Map<string, L.Path & {feature: any}>} */
  const byCode = new Map();
  let group = L.geoJSON(undefined).addTo(map);

  /** @param {any} zones GeoJSON */
  function show(zones) {
    group.remove();
    byCode.clear();
    group = L.geoJSON(zones, {
      style: { renderer, pane: "zones", stroke: false, fillOpacity: 1, className: "zone" },
      onEachFeature: (feature, layer) => {
        byCode.set(feature.properties.code, /** @type {any} */ (layer));
        layer.on("click", () => tell.choose(feature.properties.code));
      },
    }).addTo(map);
    addHatch(map);
    for (const [code, layer] of byCode) listenToKeys(code, layer);
  }

  /**
   * @param {string} code
   * @param {L.Path} layer
   */
  function listenToKeys(code, layer) {
    const path = layer.getElement();
    path?.setAttribute("role", "button");
    path?.setAttribute("tabindex", "-1");
    path?.setAttribute("data-zone", code);
    path?.addEventListener("focus", () => tell.focus(code));
    path?.addEventListener("blur", () => tell.focus(null));
    path?.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent) walk(event, code);
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} code
   */
  function walk(event, code) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      tell.choose(code);
      return;
    }
    const points = [...byCode].map(([other, layer]) => ({
      code: other,
      point: layer.feature.properties.point,
    }));
    const next = nearestTowards(event.key, code, points);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    focusOn(next);
  }

  /** @param {string} code */
  function focusOn(code) {
    for (const [other, layer] of byCode) {
      layer.getElement()?.setAttribute("tabindex", other === code ? "0" : "-1");
    }
    const path = byCode.get(code)?.getElement();
    if (path instanceof SVGElement) path.focus({ preventScroll: true });
  }

  /**
   * @param {Map<string, Figure>} figures
   * @param {(code: string, figure: Figure) => string} nameOf what a screen reader says
   */
  function paint(figures, nameOf) {
    for (const [code, layer] of byCode) {
      const figure = figures.get(code);
      const path = layer.getElement();
      if (!path || !figure) continue;
      const worn = figure.shownClass ?? "none";
      const few = figure.few ? " zone-few" : "";
      path.setAttribute("class", `leaflet-interactive zone zone-${worn}${few}`);
      path.setAttribute("data-class", String(worn));
      path.setAttribute("aria-label", nameOf(code, figure));
    }
  }

  /** @param {string} chosen the one zone that the tab key reaches; the arrows reach the others */
  function choose(chosen) {
    const reached = byCode.has(chosen) ? chosen : [...byCode.keys()][0];
    for (const [code, layer] of byCode) {
      const path = layer.getElement();
      path?.setAttribute("tabindex", code === reached ? "0" : "-1");
      path?.setAttribute("aria-pressed", String(code === chosen));
    }
  }

  /** @param {string | null} worn the class to light up; the others step back */
  function light(worn) {
    for (const layer of byCode.values()) {
      const path = layer.getElement();
      const isOther = worn !== null && path?.getAttribute("data-class") !== worn;
      path?.classList.toggle("zone-dim", isOther);
    }
  }

  return {
    show,
    paint,
    choose,
    light,
    /** @param {string} code */
    feature: (code) => byCode.get(code)?.feature ?? null,
    /** @param {string} code */
    bounds: (code) => {
      const layer = byCode.get(code);
      return layer instanceof L.Polygon ? layer.getBounds() : null;
    },
  };
}

/**
 * The hatch that says "we do not know", once in the pane's drawing.
 *
 * @param {L.Map} map
 */
function addHatch(map) {
  const drawing = map.getPane("zones")?.querySelector("svg");
  if (!drawing || drawing.querySelector("#no-data")) return;
  const pattern = document.createElementNS(SVG, "pattern");
  const around = { id: "no-data", width: "7", height: "7", patternUnits: "userSpaceOnUse" };
  for (const [name, value] of Object.entries(around)) pattern.setAttribute(name, value);
  pattern.setAttribute("patternTransform", "rotate(45)");
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("class", "hatch-ground");
  ground.setAttribute("width", "7");
  ground.setAttribute("height", "7");
  const line = document.createElementNS(SVG, "line");
  line.setAttribute("class", "hatch-line");
  line.setAttribute("y2", "7");
  pattern.append(ground, line);
  const definitions = document.createElementNS(SVG, "defs");
  definitions.append(pattern);
  drawing.prepend(definitions);
}
