'use strict';

const { join } = require('node:path');
const { Journal } = require('./journal');
const { Report } = require('./report');

// Every change is an event: written to the journal first, applied to memory second, and applied in
// the same way when the journal is read again. So memory never knows more than the disk.

/** The reports of one device that no server has accepted yet. */
class ReportStore {
  #journal;
  #reports = new Map();
  #growing = new Map();
  #nextId = 1;

  /**
   * Opens the store of a cache folder, or makes an empty one.
   *
   * @param {string} cacheDir  an existing folder
   */
  constructor(cacheDir) {
    this.#journal = new Journal(join(cacheDir, 'reports.jsonl'));
    for (const event of this.#journal.read()) this.#apply(event);
    this.#journal.rewrite(this.reports().map((report) => ({ event: 'opened', ...report.toFields() })));
  }

  /**
   * All reports, oldest first.
   *
   * @returns {Report[]}
   */
  reports() {
    return [...this.#reports.values()];
  }

  /**
   * Counts units; they are on disk when this returns.
   *
   * They join the slot's report as long as that one is unsealed, else they open another.
   *
   * @param {number} slotStart  ms since the epoch
   * @param {import('./report').Attribution} attribution
   * @param {string} type
   * @param {number} count  more than zero
   * @returns {Report} the report that they are now in
   */
  count(slotStart, attribution, type, count) {
    const growing = this.#growing.get(keyOf(slotStart, attribution));
    const id = growing?.id ?? this.#nextId;
    this.#record(growing
      ? { event: 'counted', id, type, count }
      : { event: 'opened', id, slotStart, attribution, usage: [[type, count]] });
    return this.#reports.get(id);
  }

  /**
   * Seals reports that are about to be sent: if the answer is lost, the same content goes out again.
   *
   * @param {Report[]} reports
   */
  seal(reports) {
    const ids = reports.filter((report) => !report.sealed).map((report) => report.id);
    if (ids.length > 0) this.#record({ event: 'sealed', ids });
  }

  /**
   * Removes reports that were accepted, or that are past their retention.
   *
   * @param {Report[]} reports
   */
  remove(reports) {
    if (reports.length === 0) return;
    this.#record({ event: 'removed', ids: reports.map((report) => report.id) });
    // Keeps the file of a healthy device small, however long its session lasts.
    if (this.#reports.size === 0) this.#journal.clear();
  }

  /** Closes the file. All is on disk already. */
  close() {
    this.#journal.close();
  }

  #record(event) {
    this.#journal.append(event);
    this.#apply(event);
  }

  #apply(event) {
    this.#changes[event.event]?.(event);
  }

  #changes = {
    opened: (fields) => {
      const report = new Report(fields);
      this.#reports.set(report.id, report);
      if (!report.sealed) this.#growing.set(keyOf(report.slotStart, report.attribution), report);
      this.#nextId = Math.max(this.#nextId, report.id + 1);
    },
    counted: ({ id, type, count }) => this.#reports.get(id)?.add(type, count),
    sealed: ({ ids }) => ids.forEach((id) => this.#seal(this.#reports.get(id))),
    removed: ({ ids }) => ids.forEach((id) => {
      this.#seal(this.#reports.get(id));
      this.#reports.delete(id);
    }),
  };

  #seal(report) {
    if (!report || report.sealed) return;
    report.sealed = true;
    this.#growing.delete(keyOf(report.slotStart, report.attribution));
  }
}

function keyOf(slotStart, { clientUuid, handshakeCode, organizationId, product }) {
  return JSON.stringify([slotStart, clientUuid, handshakeCode, organizationId, product]);
}

module.exports = { ReportStore };
