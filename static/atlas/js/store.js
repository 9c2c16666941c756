/** @import { State } from "./config.js" */

/**
 * @callback Listener
 * @param {State} state
 * @param {Set<keyof State>} changed
 */

/** The page's state, and who wants to hear of a change. */
export class Store {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    /** @type {Listener[]} */
    this.listeners = [];
  }

  /** @param {Listener} listener */
  listen(listener) {
    this.listeners.push(listener);
  }

  /** @param {Partial<State>} changes */
  change(changes) {
    const before = this.state;
    this.state = { ...before, ...changes };
    const names = /** @type {(keyof State)[]} */ (Object.keys(changes));
    const changed = new Set(
      names.filter((name) => String(before[name]) !== String(this.state[name])),
    );
    if (!changed.size) return;
    for (const listener of this.listeners) listener(this.state, changed);
  }
}
