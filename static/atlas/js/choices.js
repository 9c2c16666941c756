import { queryOf } from "./urls.js";

/** @import { Config, State } from "./config.js" */
/** @import { Store } from "./store.js" */

/**
 * The map sentence, the levels and the layers: what a reader chooses, and its links kept true.
 *
 * @param {Config} config
 * @param {Store} store
 */
export function startChoices(config, store) {
  const form = document.querySelector("[data-sentence]");
  form?.addEventListener("change", (event) => {
    const select = event.target;
    if (select instanceof HTMLSelectElement) store.change({ [select.name]: select.value });
  });
  form?.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("[data-levels]")?.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.dataset.tier) return;
    event.preventDefault();
    store.change({ tier: link.dataset.tier, zone: "" });
  });
  document.querySelector("[data-places]")?.addEventListener("change", () => {
    const boxes = document.querySelectorAll("[data-places] input:checked");
    store.change({ layers: [...boxes].map((box) => /** @type {HTMLInputElement} */ (box).value) });
  });
  store.listen((state) => show(config, state));
}

/**
 * @param {Config} config
 * @param {State} state
 */
function show(config, state) {
  showSentence(state);
  for (const link of document.querySelectorAll("[data-levels] a")) {
    if (link.getAttribute("data-tier") === state.tier) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const box of document.querySelectorAll("[data-places] input")) {
    if (box instanceof HTMLInputElement) box.checked = state.layers.includes(box.value);
  }
  keepLinks(config, state);
}

/**
 * The need is over all children: with it, ages and sexes are at their limit.
 *
 * @param {State} state
 */
function showSentence(state) {
  const isNeed = state.service === "need";
  const chosen = { service: state.service, band: state.band, sex: state.sex };
  for (const [name, value] of Object.entries(chosen)) {
    const select = document.querySelector(`[data-sentence] select[name=${name}]`);
    if (!(select instanceof HTMLSelectElement)) continue;
    const isAtLimit = isNeed && name !== "service";
    select.value = isAtLimit ? "all" : value;
    select.disabled = isAtLimit;
  }
}

/**
 * @param {Config} config
 * @param {State} state
 */
function keepLinks(config, state) {
  const query = queryOf(state, config.start);
  for (const link of document.querySelectorAll("[data-to]")) {
    const page = link.getAttribute("data-to") === "map" ? config.pages.map : config.pages.table;
    link.setAttribute("href", page + query);
  }
  const other = document.querySelector("[data-language]");
  if (other instanceof HTMLAnchorElement) other.search = query;
}
