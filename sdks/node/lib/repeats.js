'use strict';

const SPAN_MS = 3000;

/** What a camera has just seen: the same again is no other object. Each sight begins the span anew. */
class Repeats {
  #clock;
  #seen = new Map();

  /** @param {import('./client').Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Tells whether this was seen less than the span ago, and remembers it either way.
   *
   * @param {string} type
   * @param {string} content  what was decoded; it is kept in memory alone
   */
  isRepeat(type, content) {
    const now = this.#clock.elapsed();
    this.#forgetUntil(now - SPAN_MS);
    const key = JSON.stringify([type, content]);
    const known = this.#seen.has(key);
    this.#seen.set(key, now);
    return known;
  }

  #forgetUntil(instant) {
    for (const [key, seen] of this.#seen) if (seen <= instant) this.#seen.delete(key);
  }
}

module.exports = { Repeats };
