import { Letters } from "./letters.js";
import { startSearchButton } from "./panels/search.js";
import { untilDrawn } from "./pause.js";
import { startTheme } from "./theme.js";

/** Pages without a map: choices answer at once, printing has a button. */
function start() {
  startTheme();
  startSearchButton();
  for (const form of document.querySelectorAll("[data-sentence]")) {
    form.addEventListener("change", () => {
      if (form instanceof HTMLFormElement) form.requestSubmit();
    });
  }
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
  untilDrawn().then(() => new Letters().putOn());
}

start();
