'use strict';

const { slotEnd } = require('./grid');

const REPORTS_PER_REQUEST = 500;

/** Submits the reports of one session: each one at most once, whatever becomes of it. */
class Submitter {
  #store;
  #transport;
  #server;
  #retentionMs;
  #waiting;

  /**
   * @param {object} options
   * @param {import('./report-store').ReportStore} options.store  all that it holds now is the backlog
   * @param {import('./transport').Transport} options.transport
   * @param {string | null} options.server  base URL; `null`: nothing can be sent
   * @param {number} options.retentionMs  age from the end of its slot past which a report is purged
   */
  constructor({ store, transport, server, retentionMs }) {
    this.#store = store;
    this.#transport = transport;
    this.#server = server;
    this.#retentionMs = retentionMs;
    this.#waiting = new Set(store.reports());
  }

  /**
   * Takes a report that has new units in it into the session.
   *
   * @param {import('./report').Report} report
   */
  add(report) {
    this.#waiting.add(report);
  }

  /**
   * Submits what is closed and was not yet tried in this session; purges first what is too old.
   *
   * Accepted reports are removed. The others stay as they are, for the next session.
   *
   * @param {number} now  ms since the epoch
   */
  async submitClosed(now) {
    this.#purge(now);
    if (this.#server === null) return;
    const closed = [...this.#waiting].filter((report) => slotEnd(report.slotStart) <= now);
    for (const report of closed) this.#waiting.delete(report);
    for (let at = 0; at < closed.length; at += REPORTS_PER_REQUEST) {
      await this.#submit(closed.slice(at, at + REPORTS_PER_REQUEST));
    }
  }

  #purge(now) {
    const expired = [...this.#waiting].filter((report) => now - slotEnd(report.slotStart) > this.#retentionMs);
    this.#store.remove(expired);
    for (const report of expired) this.#waiting.delete(report);
  }

  async #submit(reports) {
    this.#store.seal(reports);
    const message = { reports: reports.map((report) => report.toMessage()) };
    const answer = await this.#transport.post(this.#server, '/dls/usage', message);
    if (answer?.status === 200 && answer.body?.accepted === true) this.#store.remove(reports);
  }
}

module.exports = { Submitter };
