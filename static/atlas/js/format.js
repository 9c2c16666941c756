/** Numbers and sentences for the reader. Persian digits come from Intl, here and nowhere else. */

/** @type {Map<string, Intl.NumberFormat>} making one is slow, so each language has its own */
const wholeNumbers = new Map();

/** The reader's language, or English outside a page. */
function language() {
  const lang = globalThis.document?.documentElement.lang || "en";
  return lang === "fa" ? "fa-IR" : "en-GB";
}

/**
 * @param {number} value
 * @param {string} [lang]
 */
export function number(value, lang = language()) {
  const known = wholeNumbers.get(lang);
  const format = known ?? new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
  if (!known) wholeNumbers.set(lang, format);
  return format.format(value);
}

/**
 * Put values into the {places} of a sentence.
 *
 * @param {string} sentence
 * @param {Record<string, string>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
