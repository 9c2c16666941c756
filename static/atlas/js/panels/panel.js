import { NotLoaded, readPart } from "../api.js";

/**
 * @typedef {Object} Tell
 * @property {(code: string) => void} choose
 * @property {(service: string, tier: string) => void} show
 * @property {(word: string) => void} say
 */

/**
 * The inside of the panel comes from the server, written by the same hand as the zone's own page.
 *
 * @param {Tell} tell
 */
export function createPanel(tell) {
  const panel = document.querySelector("[data-panel]");
  const inside = document.querySelector("[data-panel-inside]");
  if (!panel || !inside) throw new TypeError("the page has no panel");
  let waiting = new AbortController();

  /**
   * @param {string} address
   * @param {boolean} takesFocus
   */
  async function show(address, takesFocus) {
    waiting.abort();
    waiting = new AbortController();
    inside?.classList.add("busy");
    const part = await readPart(address, waiting.signal).catch((error) => failed(error, tell));
    if (part === "overtaken") return;
    inside?.classList.remove("busy");
    if (!part) return;
    inside?.replaceChildren(...part);
    panel?.scrollTo({ top: 0 });
    const title = inside?.querySelector("[data-zone-title]");
    if (takesFocus && title instanceof HTMLElement) title.focus({ preventScroll: true });
  }

  inside.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    follow(link, tell);
  });
  return { show };
}

/**
 * @param {unknown} error
 * @param {Tell} tell
 */
function failed(error, tell) {
  if (error instanceof DOMException && error.name === "AbortError") return "overtaken";
  if (!(error instanceof NotLoaded || error instanceof TypeError)) throw error;
  tell.say("noFigures");
  return null;
}

/**
 * The link that a press means; one meant for a new tab stays the browser's.
 *
 * @param {Event} event
 */
function linkOf(event) {
  if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey)) return null;
  if (!(event.target instanceof Element)) return null;
  return event.target.closest("a[data-zone], a[data-service], [data-share]");
}

/**
 * @param {Element} link
 * @param {Tell} tell
 */
function follow(link, tell) {
  if (link.hasAttribute("data-share")) share(tell.say);
  else if (link.hasAttribute("data-service"))
    tell.show(link.getAttribute("data-service") ?? "", link.getAttribute("data-tier") ?? "");
  else tell.choose(link.getAttribute("data-zone") ?? "");
}

/** @param {(word: string) => void} say */
async function share(say) {
  const address = location.href;
  if (navigator.share) {
    await navigator.share({ title: document.title, url: address }).catch(() => undefined);
    return;
  }
  await navigator.clipboard.writeText(address);
  say("copied");
}
