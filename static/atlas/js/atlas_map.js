import { readJson, readZones } from "./api.js";
import { gapFigures, needFigures } from "./figures.js";
import { fill, number } from "./format.js";
import { Names } from "./layers/names.js";
import { createMark, createOutlines } from "./layers/outlines.js";
import { Places } from "./layers/places.js";
import { Zones } from "./layers/zones.js";
import { createLegend } from "./legend.js";
import { bringIntoView, createMap, listenToMoves, showPlace } from "./map.js";
import { inPieces, pause } from "./pause.js";

/** @import { Config, State } from "./config.js" */
/** @import { Figure } from "./figures.js" */
/** @import { Store } from "./store.js" */

/** Everything drawn on the ground, kept in step with the state. */
export class AtlasMap {
  /**
   * @param {HTMLElement} container
   * @param {Config} config
   * @param {Store} store
   */
  constructor(container, config, store) {
    this.config = config;
    this.store = store;
    this.map = createMap(container);
    this.outlines = createOutlines(this.map);
    this.chosen = createMark(this.map, "chosen");
    this.focused = createMark(this.map, "focused");
    this.names = new Names(this.map, config.language);
    this.places = new Places(this.map, config);
    this.zones = new Zones(this.map, {
      choose: (code) => store.change({ zone: code }),
      focus: (code) => this.focused.show(code && this.zones.feature(code)),
    });
    this.legend = createLegend(config, (worn) => this.zones.light(worn));
    /** @type {any} */
    this.outline = null;
    /** @type {Map<string, Figure>} */
    this.figures = new Map();
  }

  /** Draw the state for the first time. */
  async start() {
    const { state } = this.store;
    await pause();
    // A view first: Leaflet draws nothing without one.
    showPlace(this.map, this.config, null);
    await this.showTier(state);
    if (state.zone && !state.at) showPlace(this.map, this.config, this.zones.bounds(state.zone));
    await this.showPlaces(state);
    listenToMoves(this.map, (at) => this.store.change({ at }));
  }

  /** @param {State} state */
  async showTier(state) {
    const above = this.tierAbove(state.tier);
    const [outline, aboveOutline] = await Promise.all([
      readZones(this.config.files[`zones/${state.tier}`]),
      above ? readZones(this.config.files[`zones/${above}`]) : null,
    ]);
    if (this.store.state.tier !== state.tier) return;
    this.outline = outline;
    await inPieces(
      () => this.outline === outline,
      [...this.zones.pieces(outline), ...this.outlines.pieces(outline, aboveOutline)],
    );
    await this.showFigures(state);
  }

  /** @param {State} state */
  async showFigures(state) {
    const isNeed = state.service === "need";
    const role = `values/${state.tier}/${state.service}`;
    const file = await readJson(this.config.files[role]);
    const now = this.store.state;
    if (now.tier !== state.tier || now.service !== state.service) return;
    const all = isNeed ? needFigures(file) : gapFigures(file, now, this.config.unknownLimit);
    const figures = new Map([...all].filter(([code]) => this.zones.feature(code)));
    this.figures = figures;
    await inPieces(
      () => this.figures === figures,
      [
        () => this.zones.paint(figures),
        () => this.legend.show(now, figures),
        () => this.zones.name((code) => this.nameOf(code, figures.get(code))),
        () => this.markZone(this.store.state),
        () => this.showNames(this.store.state),
      ],
    );
  }

  /** @param {State} state */
  showZone(state) {
    this.markZone(state);
    this.showNames(state);
  }

  /** @param {State} state */
  markZone(state) {
    this.zones.choose(state.zone);
    this.chosen.show(this.zones.feature(state.zone));
  }

  /** @param {State} state */
  showNames(state) {
    if (this.outline) this.names.show(this.outline, this.figures, state.zone);
  }

  /** @param {string} code */
  bringIntoView(code) {
    const bounds = this.zones.bounds(code);
    if (bounds) bringIntoView(this.map, bounds);
  }

  /** @param {State} state */
  async showPlaces(state) {
    const address = this.config.files.places;
    if (!address || (!state.layers.length && !this.hasPlaces)) return;
    this.hasPlaces = true;
    this.places.show(await readJson(address), state.layers);
  }

  /**
   * What a screen reader says of a zone.
   *
   * @param {string} code
   * @param {Figure | undefined} figure
   */
  nameOf(code, figure) {
    const { words } = this.config;
    const zone = this.zoneName(code);
    if (!figure || figure.shownClass === null) {
      const reason = words.reasons[figure?.reason ?? "missing"] ?? words.reasons.missing;
      return fill(words.zoneNone, { zone, reason });
    }
    const isNeed = this.store.state.service === "need";
    const word = words.needClasses[figure.shownClass - 1];
    const value = figure.value === null ? "" : number(figure.value);
    const sentence = isNeed ? (value ? words.zoneNeed : words.zoneClass) : words.zoneGap;
    const said = fill(sentence, { zone, word, value });
    return figure.few ? `${said}; ${words.few}` : said;
  }

  /** @param {string} code */
  zoneName(code) {
    const names = this.zones.feature(code)?.properties.names ?? {};
    return names[this.config.language] ?? names.en ?? Object.values(names)[0] ?? code;
  }

  /**
   * The next coarser tier of the same tree, whose lines lie over the zones.
   *
   * @param {string} code
   */
  tierAbove(code) {
    return this.config.tiers.find((tier) => tier.code === code)?.above ?? null;
  }
}
