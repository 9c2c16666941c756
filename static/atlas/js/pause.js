/** Lets the browser draw what the server wrote before the map's work begins. */
export function untilDrawn() {
  // A page in the background is not drawn at all.
  if (document.visibilityState === "hidden") return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** Lets the browser answer its reader between two pieces of long work. */
export function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}
