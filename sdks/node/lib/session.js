'use strict';

const { slotOf } = require('./grid');

const TICK_MS = 180 * 1000;

/** One authorised session: counts usage and submits it every three minutes from its start. */
class Session {
  #clock;
  #generation;
  #store;
  #submitter;
  #attribution;
  #timer = null;
  #submission = Promise.resolve();

  /**
   * @param {object} options
   * @param {import('./client').Clock} options.clock
   * @param {import('./grid').Generation} options.generation
   * @param {import('./report-store').ReportStore} options.store
   * @param {import('./submitter').Submitter} options.submitter
   * @param {import('./report').Attribution} options.attribution  of all usage of this session
   */
  constructor({ clock, generation, store, submitter, attribution }) {
    this.#clock = clock;
    this.#generation = generation;
    this.#store = store;
    this.#submitter = submitter;
    this.#attribution = attribution;
  }

  /** Sets the first tick, and submits the backlog at once; resolves when it was tried. */
  begin() {
    this.#setTick();
    return this.#submit();
  }

  /**
   * Counts units in the slot that holds the present.
   *
   * @param {string} type
   * @param {number} count  more than zero
   */
  count(type, count) {
    const slotStart = slotOf(this.#generation, this.#clock.now());
    this.#submitter.add(this.#store.count(slotStart, this.#attribution, type, count));
  }

  /** Ends the ticks, lets a submission under way finish, and closes the store. Submits nothing. */
  async end() {
    this.#clock.cancel(this.#timer);
    await this.#submission;
    this.#store.close();
  }

  #setTick() {
    this.#timer = this.#clock.schedule(TICK_MS, () => this.#tick());
  }

  #tick() {
    // Set before anything is sent: ticks stay anchored at the start, however long a server takes.
    this.#setTick();
    return this.#submit();
  }

  #submit() {
    this.#submission = this.#submission
      .then(() => this.#submitter.submitClosed(this.#clock.now()))
      .catch(tolerateUnwritableCache);
    return this.#submission;
  }
}

// It ends no session: what could not be noted as done is done again at the next start.
function tolerateUnwritableCache(error) {
  if (error.syscall === undefined) throw error;
}

module.exports = { Session };
