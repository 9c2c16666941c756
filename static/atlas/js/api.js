/** The only module that fetches. */

/** A file that did not come; `address` says which. */
export class NotLoaded extends Error {
  /** @param {string} address */
  constructor(address) {
    super(`not loaded: ${address}`);
    this.name = "NotLoaded";
    this.address = address;
  }
}

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/**
 * A file of an edition. It never changes, so it is asked for once.
 *
 * @param {string} address
 * @returns {Promise<any>}
 */
export function readJson(address) {
  const known = kept.get(address);
  if (known) return known;
  const answer = get(address).then((response) => response.json());
  kept.set(address, answer);
  answer.catch(() => kept.delete(address));
  return answer;
}

/**
 * The zones of a tier that have a place on the map; children whom no area holds have none.
 *
 * @param {string} address
 */
export async function readZones(address) {
  const zones = await readJson(address);
  const drawn = zones.features.filter((/** @type {any} */ feature) => feature.geometry);
  return { ...zones, features: drawn };
}

/**
 * A part of a page, as elements.
 *
 * @param {string} address
 * @param {AbortSignal} signal
 */
export async function readPart(address, signal) {
  const response = await get(address, { signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...page.body.childNodes];
}

/**
 * @param {string} address
 * @param {RequestInit} [options]
 */
async function get(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new NotLoaded(address);
  return response;
}

/** Parts of one big file, each asked for once: two layers of the base map read the same tiles. */
export class FileParts {
  /** @param {string} address */
  constructor(address) {
    this.address = address;
    /** @type {Map<string, Promise<{data: ArrayBuffer}>>} */
    this.parts = new Map();
  }

  getKey() {
    return this.address;
  }

  /**
   * @param {number} offset
   * @param {number} length
   */
  getBytes(offset, length) {
    const key = `${offset}+${length}`;
    const known = this.parts.get(key);
    if (known) return known;
    const part = this.fetchBytes(offset, length);
    this.parts.set(key, part);
    part.catch(() => this.parts.delete(key));
    return part;
  }

  /**
   * @param {number} offset
   * @param {number} length
   */
  async fetchBytes(offset, length) {
    const range = `bytes=${offset}-${offset + length - 1}`;
    const response = await get(this.address, { headers: { Range: range } });
    return { data: await response.arrayBuffer() };
  }
}
