import { fill, number } from "./format.js";
import { countClasses } from "./scale.js";

/** @import { Config, State } from "./config.js" */
/** @import { Figure } from "./figures.js" */

/**
 * The legend in words; its numbers are counted from the very figures that are painted.
 *
 * @param {Config} config
 * @param {(worn: string | null) => void} light
 */
export function createLegend(config, light) {
  const legend = document.querySelector("[data-legend]");
  for (const item of legend?.querySelectorAll("[data-class]") ?? []) {
    item.addEventListener("pointerenter", () => light(item.getAttribute("data-class")));
    item.addEventListener("pointerleave", () => light(null));
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  function write(name, text) {
    const element = legend?.querySelector(`[data-legend-${name}]`);
    if (element) element.textContent = text;
  }

  /** @param {number[]} counts by class; index 0 counts the hatched */
  function writeCounts(counts) {
    for (const item of legend?.querySelectorAll("[data-class]") ?? []) {
      const worn = item.getAttribute("data-class");
      const count = item.querySelector("[data-count]");
      if (count) count.textContent = number(counts[worn === "none" ? 0 : Number(worn)]);
    }
  }

  /**
   * @param {State} state
   * @param {Map<string, Figure>} figures
   */
  function show(state, figures) {
    const isNeed = state.service === "need";
    const { words, services, tiers } = config;
    write("title", isNeed ? words.need : fill(words.gap, { service: services[state.service] }));
    write("of", isNeed ? words.needOf : words.gapOf);
    write("tier", tiers.find((tier) => tier.code === state.tier)?.name ?? "");
    write("reasons", reasons([...figures.values()], words.reasons));
    writeCounts(countClasses(figures.values()));
  }
  return { show };
}

/**
 * @param {Figure[]} figures
 * @param {Record<string, string>} words
 */
function reasons(figures, words) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { reason } of figures) {
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => `${words[reason] ?? words.missing}: ${number(count)}`)
    .join(" · ");
}
