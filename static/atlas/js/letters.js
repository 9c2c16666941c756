import { untilDrawn, untilIdle } from "./pause.js";

const FAMILY = "1rem Vazirmatn";
const PARTS = "body > :not(main), main > :not(.map-box), .map-box > *";

/**
 * The page's own letters, which come once its words can be read in the system's. The browser keeps
 * them for the next page.
 */
export class Letters {
  /** Asks for those that the page's words need. */
  constructor() {
    this.parts = [...document.querySelectorAll(PARTS)];
    const text = this.parts.map((part) => part.textContent).join("");
    this.have = document.fonts.load(FAMILY, text).catch(() => undefined);
  }

  /** Put them on part by part, for the browser to answer its reader in between. */
  async putOn() {
    await this.have;
    if (document.documentElement.dataset.letters) {
      for (const part of this.parts) {
        await untilIdle();
        part.classList.add("lettered");
        await untilDrawn();
      }
      localStorage.setItem("letters", "here");
    }
    document.dispatchEvent(new Event("letterschange"));
  }
}
