import { readJson, readZones } from "./api.js";

/** @import { Config } from "./config.js" */
/** @import { AtlasMap } from "./atlas_map.js" */
/** @import { Found } from "./panels/search.js" */
/** @import { Store } from "./store.js" */

const PLACE_ZOOM = 16;

/**
 * Everything that has a name in the edition: zones of every tier, then places.
 *
 * @param {Config} config
 * @param {Store} store
 * @param {AtlasMap} atlas
 * @returns {Promise<Found[]>}
 */
export async function everythingNamed(config, store, atlas) {
  const tiers = await Promise.all(config.tiers.map((tier) => namedZones(config, store, tier)));
  return [...tiers.flat(), ...(await namedPlaces(config, store, atlas))];
}

/**
 * @param {Config} config
 * @param {Store} store
 * @param {import("./config.js").Tier} tier
 * @returns {Promise<Found[]>}
 */
async function namedZones(config, store, tier) {
  const zones = await readZones(config.files[`zones/${tier.code}`]);
  return zones.features.map((/** @type {any} */ { properties: { code, names } }) => ({
    name: nameIn(names, config.language),
    what: tier.name,
    open: () => store.change({ tier: tier.code, zone: code }),
  }));
}

/**
 * @param {Config} config
 * @param {Store} store
 * @param {AtlasMap} atlas
 * @returns {Promise<Found[]>}
 */
async function namedPlaces(config, store, atlas) {
  if (!config.files.places) return [];
  const { columns } = await readJson(config.files.places);
  const all = columns.kind.map((/** @type {string} */ kind, /** @type {number} */ i) => ({
    name: nameIn(columns.name[i], config.language),
    what: config.kinds[kind],
    open: () => {
      if (!store.state.layers.includes(kind))
        store.change({ layers: [...store.state.layers, kind] });
      atlas.map.setView([columns.lat[i], columns.lon[i]], PLACE_ZOOM);
    },
  }));
  return all.filter((/** @type {Found} */ place) => place.name);
}

/**
 * @param {Record<string, string> | null} names
 * @param {string} language
 */
function nameIn(names, language) {
  return names?.[language] ?? names?.en ?? Object.values(names ?? {})[0] ?? "";
}
