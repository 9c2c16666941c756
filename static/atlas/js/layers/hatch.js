const SVG = "http://www.w3.org/2000/svg";

/** @import * as L from "leaflet" */

/**
 * The hatch that says "we do not know", once in the pane's drawing.
 *
 * @param {L.Map} map
 */
export function addHatch(map) {
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
