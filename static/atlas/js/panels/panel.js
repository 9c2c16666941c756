import { NotLoaded, readPart } from "../api.js";

/**
 * The inside of the panel comes from the server, written by the same hand as the zone's own page.
 *
 * @param {{choose: (code: string) => void, show: (service: string) => void, say: (text: string) => void}} tell
 */
export function createPanel(tell) {
  const panel = document.querySelector("[data-panel]");
  const inside = document.querySelector("[data-panel-inside]");
  let waiting = new AbortController();

  /**
   * @param {string} address
   * @param {boolean} takesFocus
   */
  async function show(address, takesFocus) {
    waiting.abort();
    waiting = new AbortController();
    inside?.classList.add("busy");
    try {
      inside?.replaceChildren(...(await readPart(address, waiting.signal)));
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (!(error instanceof NotLoaded || error instanceof TypeError)) throw error;
      tell.say("noFigures");
    }
    inside?.classList.remove("busy");
    panel?.scrollTo({ top: 0 });
    const title = inside?.querySelector("[data-zone-title]");
    if (takesFocus && title instanceof HTMLElement) title.focus({ preventScroll: true });
  }

  inside?.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target : null;
    const link = pressed?.closest("a[data-zone], a[data-service], [data-share]");
    if (!link || (event instanceof MouseEvent && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    if (link.hasAttribute("data-share")) share(tell.say);
    else if (link.hasAttribute("data-service")) tell.show(link.getAttribute("data-service") ?? "");
    else tell.choose(link.getAttribute("data-zone") ?? "");
  });
  return { show };
}

/** @param {(text: string) => void} say */
async function share(say) {
  const address = location.href;
  if (navigator.share) {
    await navigator.share({ title: document.title, url: address }).catch(() => undefined);
    return;
  }
  await navigator.clipboard.writeText(address);
  say("copied");
}
