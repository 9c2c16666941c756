import * as L from "leaflet";
import { placeOf, placeText } from "./urls.js";

/** @import { Config } from "./config.js" */

/** Heights inside the map, as DESIGN-LANGUAGE §5 orders the sandwich. */
const PANES = {
  land: 150,
  ground: 200,
  zones: 400,
  streets: 420,
  lines: 430,
  chosen: 450,
  places: 600,
  names: 660,
};
const FIRST_ZOOM_LIMIT = 15;

/**
 * Make the map with its panes; it shows nothing yet.
 *
 * @param {HTMLElement} container
 */
export function createMap(container) {
  const map = L.map(container, {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    // Fading each tile of the ground in costs more work than drawing it.
    fadeAnimation: false,
    minZoom: 9,
    maxZoom: 18,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  for (const [name, height] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(height);
    if (name !== "zones" && name !== "places") pane.style.pointerEvents = "none";
  }
  return map;
}

/**
 * Show the place that the state names, else the chosen zone, else the whole city.
 *
 * @param {L.Map} map
 * @param {Config} config
 * @param {L.LatLngBounds | null} zone
 */
export function showPlace(map, config, zone) {
  const place = placeOf(config.state.at);
  if (place) {
    map.setView([place.lat, place.lon], place.zoom);
    return;
  }
  const [west, south, east, north] = config.bounds;
  const city = L.latLngBounds([south, west], [north, east]);
  fit(map, zone ? zone.pad(around()) : city);
}

/**
 * Fit some bounds between the cards that lie on the map.
 *
 * @param {L.Map} map
 * @param {L.LatLngBounds} bounds
 */
export function fit(map, bounds) {
  const free = room(map);
  const beside = besideLegend(map, free);
  const isAsLarge = zoomIn(map, bounds, beside) >= zoomIn(map, bounds, free);
  map.fitBounds(bounds, {
    ...(isAsLarge ? beside : free),
    maxZoom: FIRST_ZOOM_LIMIT,
    animate: false,
  });
}

/**
 * @typedef {{paddingTopLeft: [number, number], paddingBottomRight: [number, number]}} Room
 */

/**
 * @param {L.Map} map
 * @param {L.LatLngBounds} bounds
 * @param {Room} free
 */
function zoomIn(map, bounds, { paddingTopLeft, paddingBottomRight }) {
  const taken = L.point(paddingTopLeft).add(L.point(paddingBottomRight));
  return Math.min(FIRST_ZOOM_LIMIT, map.getBoundsZoom(bounds, false, taken));
}

/**
 * The room that is left when nothing may lie under the legend, wherever in it.
 *
 * @param {L.Map} map
 * @param {Room} free
 * @returns {Room}
 */
function besideLegend(map, free) {
  const box = map.getContainer().getBoundingClientRect();
  const legend = map.getContainer().parentElement?.querySelector("[data-legend]");
  const card = legend?.getBoundingClientRect();
  if (!card || card.width > box.width / 2) return free;
  const { paddingTopLeft, paddingBottomRight } = free;
  const isAtLeft = card.left - box.left < box.right - card.right;
  return isAtLeft
    ? { paddingTopLeft: [card.right - box.left, paddingTopLeft[1]], paddingBottomRight }
    : { paddingTopLeft, paddingBottomRight: [box.right - card.left, paddingBottomRight[1]] };
}

/**
 * Bring a zone into view, only where it is not already.
 *
 * @param {L.Map} map
 * @param {L.LatLngBounds} bounds
 */
export function bringIntoView(map, bounds) {
  const { paddingTopLeft, paddingBottomRight } = room(map);
  const size = map.getSize();
  const seen = L.latLngBounds(
    map.containerPointToLatLng(L.point(paddingTopLeft)),
    map.containerPointToLatLng(size.subtract(L.point(paddingBottomRight))),
  );
  if (!seen.contains(bounds)) fit(map, bounds.pad(around()));
}

/** How much of its neighbours a zone is shown with: on a phone there is little room for them. */
function around() {
  return matchMedia("(max-width: 760px)").matches ? 0.15 : 0.8;
}

/**
 * What the cards leave free of the map.
 *
 * @param {L.Map} map
 * @returns {Room}
 */
function room(map) {
  const box = map.getContainer().getBoundingClientRect();
  const cards = map.getContainer().parentElement;
  const top = cards?.querySelector(".map-top")?.getBoundingClientRect().bottom ?? box.top;
  const isPhone = matchMedia("(max-width: 760px)").matches;
  const legend = cards?.querySelector("[data-legend]")?.getBoundingClientRect();
  const bottom = isPhone && legend ? legend.top : box.bottom - 24;
  return {
    paddingTopLeft: [10, top - box.top + 6],
    paddingBottomRight: [10, Math.min(box.bottom - bottom, box.height * 0.7) + 6],
  };
}

/**
 * Tell where the reader has moved the map; moves that the page makes are not told.
 *
 * @param {L.Map} map
 * @param {(at: string) => void} tell
 */
export function listenToMoves(map, tell) {
  let byReader = false;
  for (const event of ["pointerdown", "wheel", "keydown"]) {
    map.getContainer().parentElement?.addEventListener(
      event,
      () => {
        byReader = true;
      },
      { passive: true, capture: true },
    );
  }
  map.on("moveend", () => {
    if (!byReader) return;
    const { lat, lng } = map.getCenter();
    tell(placeText(map.getZoom(), lat, lng));
  });
}
