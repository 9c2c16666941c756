/**
 * Whether a point lies in a GeoJSON polygon or several: an odd number of edges lies to its right.
 *
 * @param {any} geometry
 * @param {number} lon
 * @param {number} lat
 */
export function holds(geometry, lon, lat) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  let inside = false;
  for (const ring of polygons.flat()) {
    for (let i = 1; i < ring.length; i += 1) {
      const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1)
        inside = !inside;
    }
  }
  return inside;
}

/**
 * Whether a zone lies in another's hole: its own hole in the veil would close that one again.
 *
 * @param {any} zone
 * @param {any} zones
 */
export function isEnclosed(zone, zones) {
  const [lon, lat] = zone.properties.point;
  return zones.features.some(
    (/** @type {any} */ other) =>
      other !== zone &&
      outerRings({ features: [other] }).some((ring) =>
        holds({ type: "Polygon", coordinates: [ring] }, lon, lat),
      ),
  );
}

/**
 * @param {any} zones
 * @returns {[number, number][][]} longitude, latitude
 */
export function outerRings(zones) {
  return polygonsOf(zones).map(([outer]) => outer);
}

/**
 * Outer rings and those of holes.
 *
 * @param {any} zones
 * @returns {[number, number][][]} longitude, latitude
 */
export function allRings(zones) {
  return polygonsOf(zones).flat();
}

/**
 * @param {any} zones
 * @returns {[number, number][][][]}
 */
function polygonsOf(zones) {
  return zones.features.flatMap((/** @type {any} */ { geometry: { type, coordinates } }) =>
    type === "Polygon" ? [coordinates] : coordinates,
  );
}
