const MOST_MS = 500;
const REST_MS = 50;

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

/** Lets only so many go before the browser draws again. */
export class Turns {
  /** @param {number} most */
  constructor(most) {
    this.most = most;
    this.given = 0;
    this.last = Promise.resolve();
  }

  /** @returns {Promise<void>} for whoever asks next */
  next() {
    this.given += 1;
    if (this.given % this.most === 0) this.last = this.last.then(untilDrawn);
    return this.last;
  }
}

/**
 * Does work piece by piece for as long as it is wanted.
 *
 * @param {() => boolean} isWanted
 * @param {(() => void)[]} pieces
 */
export async function inPieces(isWanted, pieces) {
  for (const piece of pieces) {
    if (!isWanted()) return;
    piece();
    await pause();
  }
}

/**
 * Cuts a list into short ones, in its order.
 *
 * @template T
 * @param {T[]} all
 * @param {number} most of each
 * @returns {T[][]}
 */
export function handfuls(all, most) {
  const count = Math.ceil(all.length / most);
  return Array.from({ length: count }, (_, i) => all.slice(i * most, (i + 1) * most));
}

/** Lets everything else go first, for half a second at most. */
export function untilIdle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(resolve, { timeout: MOST_MS });
    else setTimeout(resolve, REST_MS);
  });
}
