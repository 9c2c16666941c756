import { holds } from "./inside.js";

/**
 * "Near me": opens the zone that a reader stands in. The position stays in this function: it is
 * sent nowhere, and no address, store or log holds it.
 *
 * @param {() => Promise<any>} readZones GeoJSON of the tier shown
 * @param {(code: string) => void} choose
 * @param {(name: string) => void} say
 */
export function startNear(readZones, choose, say) {
  document.querySelector("[data-near]")?.addEventListener("click", () => {
    if (!navigator.geolocation) {
      say("noPosition");
      return;
    }
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        const zones = await readZones();
        const zone = zones.features.find((/** @type {any} */ feature) =>
          holds(feature.geometry, coords.longitude, coords.latitude),
        );
        if (zone) choose(zone.properties.code);
        else say("outside");
      },
      () => say("noPosition"),
      { maximumAge: 60_000, timeout: 10_000 },
    );
  });
}
