import * as L from "leaflet";
import { FileParts } from "../api.js";

/** What PMTiles asks for first: its header and the list of its tiles. */
const FIRST_BYTES = 16_384;

/** The base map of an edition; its script and the beginning of its file are asked for at once. */
export class Ground {
  /**
   * @param {string} script address of the base map's own script
   * @param {string | undefined} file address of the tiles, where the edition has them
   */
  constructor(script, file) {
    this.file = file ? new FileParts(file) : null;
    this.script = file ? import(script) : null;
    // What fails here fails again, and is told, when the ground is shown.
    this.script?.catch(() => undefined);
    this.file?.getBytes(0, FIRST_BYTES).catch(() => undefined);
  }

  /** @param {L.Map} map */
  async show(map) {
    if (!(this.file && this.script)) throw new TypeError("no base map in this edition");
    const { createBasemap } = await this.script;
    await createBasemap(L, map, this.file);
  }
}
