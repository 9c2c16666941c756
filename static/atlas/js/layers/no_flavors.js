/**
 * protomaps-leaflet brings the looks of other maps along, by name; this map has its own. The
 * bundler puts this in their place.
 */
export function namedFlavor() {
  throw new TypeError("this map has its own look");
}
