/** One form for what people type in several: the twin of atlas/lib/fold.py. */

/** @type {Record<string, string>} */
const SAME = { ي: "ی", ى: "ی", ك: "ک", ة: "ه", ە: "ه", ھ: "ه", ß: "ss", ø: "o", ł: "l", ı: "i" };

/** @param {string} text */
export function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u0640\u200d]/g, "")
    .toLowerCase()
    .replace(/[يىكةەھßøłı]/g, (letter) => SAME[letter])
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
