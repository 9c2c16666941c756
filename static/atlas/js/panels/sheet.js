/** The bottom sheet of phones: three stops, by dragging, by pressing, by key. */

export const STOPS = ["peek", "half", "full"];
const PEEK_PX = 112;
const HALF = 0.46;
const FULL = 0.86;

/**
 * The stop nearest to a height.
 *
 * @param {number} height
 * @param {number} screen height of the window
 */
export function nearestStop(height, screen) {
  const heights = [PEEK_PX, HALF * screen, FULL * screen];
  const away = heights.map((stop) => Math.abs(stop - height));
  return STOPS[away.indexOf(Math.min(...away))];
}

/** @param {(stop: string) => void} tell */
export function startSheet(tell) {
  const atlas = document.querySelector("[data-atlas]");
  const panel = document.querySelector("[data-panel]");
  const grab = document.querySelector("[data-grab]");
  if (
    !(atlas instanceof HTMLElement && panel instanceof HTMLElement && grab instanceof HTMLElement)
  )
    return;
  let dragged = false;

  /** @param {string} stop */
  const rest = (stop) => {
    atlas.dataset.stop = stop;
    atlas.style.removeProperty("--sheet");
    tell(stop);
  };
  grab.addEventListener("click", () => {
    if (!dragged) rest(STOPS[(STOPS.indexOf(atlas.dataset.stop ?? "half") + 1) % STOPS.length]);
    dragged = false;
  });
  grab.addEventListener("pointerdown", (down) => {
    const start = panel.getBoundingClientRect().height;
    grab.setPointerCapture(down.pointerId);
    panel.classList.add("dragged");
    /** @param {PointerEvent} move */
    const follow = (move) => {
      dragged = dragged || Math.abs(move.clientY - down.clientY) > 4;
      atlas.style.setProperty("--sheet", `${start + down.clientY - move.clientY}px`);
    };
    grab.addEventListener("pointermove", follow);
    grab.addEventListener(
      "pointerup",
      () => {
        grab.removeEventListener("pointermove", follow);
        panel.classList.remove("dragged");
        if (dragged) rest(nearestStop(panel.getBoundingClientRect().height, window.innerHeight));
        else atlas.style.removeProperty("--sheet");
      },
      { once: true },
    );
  });
}
