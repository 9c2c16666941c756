/** Numbers and sentences for the reader. Persian digits are written here and nowhere else. */

const PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹";
const PERSIAN_COMMA = "٬";
const THOUSANDS = /\B(?=(\d{3})+$)/g;

/** The reader's language, or English outside a page. */
function language() {
  return globalThis.document?.documentElement.lang || "en";
}

/**
 * A whole number as Intl would write it; making Intl's own Persian format holds a phone up.
 *
 * @param {number} value 0 or more
 * @param {string} [lang]
 */
export function number(value, lang = language()) {
  const plain = String(Math.round(value));
  if (lang !== "fa") return plain.replace(THOUSANDS, ",");
  return plain
    .replace(THOUSANDS, PERSIAN_COMMA)
    .replace(/\d/g, (digit) => PERSIAN_DIGITS[Number(digit)]);
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
