import { untilDrawn, untilIdle } from "./pause.js";

const FAMILY = "1rem Vazirmatn";
const PARTS = "body > :not(main), main > :not(.map-box), .map-box > *";

/**
 * The page's own letters, once its words can be read in the system's. They are put on part by part,
 * for the browser to answer its reader in between; it keeps them for the next page.
 */
export async function bringLetters() {
  const parts = [...document.querySelectorAll(PARTS)];
  const text = parts.map((part) => part.textContent).join("");
  await document.fonts.load(FAMILY, text).catch(() => undefined);
  if (document.documentElement.dataset.letters) {
    for (const part of parts) {
      await untilIdle();
      part.classList.add("lettered");
      await untilDrawn();
    }
    localStorage.setItem("letters", "here");
  }
  document.dispatchEvent(new Event("letterschange"));
}
