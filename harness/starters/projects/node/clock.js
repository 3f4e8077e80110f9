// The clock that the SDK goes by; it moves when dlscheck says so, and at no other time.

/**
 * What the device's clock shows, and the time that passes: two things, since a user can
 * set the first. Timers go by the second. All times are in milliseconds since 1970.
 */
export class Clock {
  #passed = 0;

  /** The device's clock shows what has passed, and this besides. */
  #ahead = 0;

  #timers = [];

  /** What the device's clock shows. */
  now() {
    return this.#passed + this.#ahead;
  }

  /** Does `act` once, after `delay`; returns the timer. */
  callLater(delay, act) {
    const timer = { due: this.#passed + delay, act };
    this.#timers.push(timer);
    return timer;
  }

  /** Forgets a timer, if it has not fired yet. */
  cancel(timer) {
    this.#timers = this.#timers.filter((one) => one !== timer);
  }

  /** Lets time pass until the clock shows `to`: each timer fires when it is due. */
  async advance(to) {
    const end = to - this.#ahead;
    for (let timer = this.#first(); timer && timer.due <= end; timer = this.#first()) {
      this.cancel(timer);
      this.#passed = Math.max(this.#passed, timer.due);
      await timer.act();
    }
    this.#passed = Math.max(this.#passed, end);
  }

  /** Sets the device's clock; no time passes, and timers keep what is left to them. */
  set(to) {
    this.#ahead = to - this.#passed;
  }

  /** When the next timer fires, as the device's clock shows it; null: never. */
  nextTimer() {
    const timer = this.#first();
    return timer ? timer.due + this.#ahead : null;
  }

  #first() {
    return this.#timers.reduce((a, b) => (a && a.due <= b.due ? a : b), undefined);
  }
}
