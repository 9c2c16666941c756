import { NotLoaded, readZones } from "./api.js";
import { AtlasMap } from "./atlas_map.js";
import { startChoices } from "./choices.js";
import { readConfig } from "./config.js";
import { startZoom } from "./controls/zoom.js";
import { fill } from "./format.js";
import { Ground } from "./layers/ground.js";
import { Letters } from "./letters.js";
import { everythingNamed } from "./named.js";
import { startNear } from "./near.js";
import { createPanel } from "./panels/panel.js";
import { startSearch } from "./panels/search.js";
import { startSheet } from "./panels/sheet.js";
import { pause, untilDrawn } from "./pause.js";
import { Store } from "./store.js";
import { startTheme } from "./theme.js";
import { queryOf, stateOf } from "./urls.js";

/** @import { Words, State } from "./config.js" */

const config = readConfig();
const store = new Store(config.state);
const container = document.querySelector("[data-map]");
/** How many changes are being drawn. */
let drawing = 0;

/**
 * Say something in a card on the map.
 *
 * @param {keyof Words} name
 */
function say(name) {
  const note = document.querySelector("[data-map-note]");
  if (!(note instanceof HTMLElement)) return;
  note.textContent = String(config.words[name]);
  note.hidden = false;
  if (name === "copied")
    setTimeout(() => {
      note.hidden = true;
    }, 4000);
}

/**
 * Keep the address true. What a reader may want to go back from is a step of its own.
 *
 * @param {State} state
 * @param {Set<keyof State>} changed
 */
function keepAddress(state, changed) {
  const address = location.pathname + queryOf(state, config.start);
  if (changed.size === 1 && changed.has("at")) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

/** @param {AtlasMap} atlas */
function listen(atlas) {
  let isBack = false;
  const panel = createPanel({
    choose: (code) => store.change({ zone: code }),
    show: (service, tier) => store.change({ service, tier, zone: "" }),
    say: (name) => say(/** @type {keyof Words} */ (name)),
  });
  store.listen((state, changed) => {
    if (!isBack) keepAddress(state, changed);
    const drawn = redraw(atlas, state, changed);
    if (!needsPanel(state, changed)) return;
    const query = queryOf({ ...state, at: "" }, config.start);
    panel.show(config.pages.panel + query, changed.has("zone"));
    // A zone of another tier has its outline only once that tier is drawn.
    if (state.zone) drawn.then(() => announce(atlas, state.zone));
  });
  window.addEventListener("popstate", () => {
    isBack = true;
    store.change(stateOf(location.search, config.start));
    isBack = false;
  });
}

/**
 * Draw a change; meanwhile the map says that it is busy.
 *
 * @param {AtlasMap} atlas
 * @param {State} state
 * @param {Set<keyof State>} changed
 */
async function redraw(atlas, state, changed) {
  drawing += 1;
  container?.setAttribute("aria-busy", "true");
  try {
    await drawTouched(atlas, state, changed);
  } catch (error) {
    if (!(error instanceof NotLoaded || error instanceof TypeError)) throw error;
    say("noFigures");
  } finally {
    drawing -= 1;
    if (drawing === 0) container?.removeAttribute("aria-busy");
  }
}

/**
 * Draw what a change touches, and no more.
 *
 * @param {AtlasMap} atlas
 * @param {State} state
 * @param {Set<keyof State>} changed
 */
async function drawTouched(atlas, state, changed) {
  if (changed.has("tier")) await atlas.showTier(state);
  else if (changed.has("service") || changed.has("band") || changed.has("sex"))
    await atlas.showFigures(state);
  else if (changed.has("zone")) atlas.showZone(state);
  if (changed.has("layers")) await atlas.showPlaces(state);
}

/**
 * The panel tells of a zone or a tier; a zone's bars also follow the sentence's choices.
 *
 * @param {State} state
 * @param {Set<keyof State>} changed
 */
function needsPanel(state, changed) {
  if (changed.has("zone") || changed.has("tier")) return true;
  const isOther = changed.has("service") || changed.has("band") || changed.has("sex");
  return state.zone !== "" && isOther;
}

/**
 * @param {AtlasMap} atlas
 * @param {string} code
 */
function announce(atlas, code) {
  atlas.bringIntoView(code);
  const said = document.querySelector("[data-said]");
  if (said) said.textContent = fill(config.words.chosen, { zone: atlas.zoneName(code) });
}

async function start() {
  await untilDrawn();
  startTheme();
  startSheet(() => undefined);
  startChoices(config, store);
  if (!(container instanceof HTMLElement)) return;
  const ground = new Ground(config.basemapScript, config.files.basemap);
  await pause();
  const letters = new Letters();
  await pause();
  const atlas = new AtlasMap(container, config, store);
  await pause();
  listen(atlas);
  startZoom(atlas.map);
  startSearch(() => everythingNamed(config, store, atlas), config.words.notFound);
  startNear(
    () => readZones(config.files[`zones/${store.state.tier}`]),
    (code) => store.change({ zone: code }),
    (name) => say(/** @type {keyof Words} */ (name)),
  );
  try {
    await atlas.start();
  } catch {
    say("noFigures");
    return;
  } finally {
    letters.putOn();
  }
  await ground.show(atlas.map).catch(() => say("noGround"));
  container.dataset.ready = "yes";
}

start();
