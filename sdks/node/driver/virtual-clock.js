'use strict';

/**
 * A device clock that moves only when it is told to, with its queue of timers.
 *
 * Two times are kept apart: what has elapsed, by which timers are due, and what the device shows.
 * Setting the clock changes the second alone, so a running timer keeps its distance.
 */
class VirtualClock {
  #elapsed = 0;
  #offset = 0;
  #timers = new Set();

  /** What the device shows, in ms since the epoch. */
  now() {
    return this.#elapsed + this.#offset;
  }

  /** How much time has passed, in ms from some beginning; nobody can set it. */
  elapsed() {
    return this.#elapsed;
  }

  /**
   * Calls back once when `delayMs` have elapsed from now.
   *
   * @param {number} delayMs
   * @param {() => Promise<void> | void} callback
   * @returns {object} the timer, for `cancel`
   */
  schedule(delayMs, callback) {
    const timer = { due: this.#elapsed + delayMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  /** Takes a timer back; one that has fired is left alone. */
  cancel(timer) {
    this.#timers.delete(timer);
  }

  /** When the next timer is due, as the device would show it; `null` without a timer. */
  nextDue() {
    const next = this.#next();
    return next && next.due + this.#offset;
  }

  /**
   * Moves forward to `instant`, each timer due by then firing at its own time, one after the other.
   *
   * @param {number} instant  ms since the epoch; the present or the past move nothing
   */
  async advance(instant) {
    const target = instant - this.#offset;
    for (let timer = this.#next(); timer && timer.due <= target; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#elapsed = timer.due;
      await timer.callback();
    }
    this.#elapsed = Math.max(this.#elapsed, target);
  }

  /**
   * Makes the device show `instant`, without any time having passed.
   *
   * @param {number} instant  ms since the epoch
   */
  set(instant) {
    this.#offset = instant - this.#elapsed;
  }

  #next() {
    let next = null;
    for (const timer of this.#timers) {
      if (next === null || timer.due < next.due) next = timer;
    }
    return next;
  }
}

module.exports = { VirtualClock };
