/** @import * as Leaflet from "leaflet" */

/**
 * protomaps-leaflet looks for a global named L. The bundler gives it this name instead, and the
 * page's map, which has Leaflet already, lends it: the base map's script brings no second one.
 *
 * @type {typeof Leaflet}
 */
export let L;

/** @param {typeof Leaflet} leaflet */
export function lendLeaflet(leaflet) {
  L = leaflet;
}
