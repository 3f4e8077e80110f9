'use strict';

const { timeLabel } = require('./grid');

/**
 * Whose usage a report is about.
 *
 * @typedef {object} Attribution
 * @property {string} clientUuid
 * @property {string | null} handshakeCode
 * @property {string | null} organizationId  set only where no handshake code is known
 * @property {string} product
 */

/** The usage of one slot for one attribution. */
class Report {
  /**
   * @param {object} fields
   * @param {number} fields.id  unique in its store
   * @param {number} fields.slotStart  ms since the epoch
   * @param {Attribution} fields.attribution
   * @param {[string, number][]} fields.usage  type and units, in order of first use
   * @param {boolean} [fields.sealed]  whether it may have been sent: then it never changes again
   */
  constructor({ id, slotStart, attribution, usage, sealed = false }) {
    this.id = id;
    this.slotStart = slotStart;
    this.attribution = attribution;
    this.usage = new Map(usage);
    this.sealed = sealed;
  }

  /** Adds units of a type. */
  add(type, count) {
    this.usage.set(type, (this.usage.get(type) ?? 0) + count);
  }

  /** The report as the store keeps it: what the constructor takes. */
  toFields() {
    const { id, slotStart, attribution, sealed } = this;
    return { id, slotStart, attribution, usage: [...this.usage], sealed };
  }

  /** The report as a usage message carries it; equal content gives equal bytes. */
  toMessage() {
    const { clientUuid, handshakeCode, organizationId, product } = this.attribution;
    return {
      timeLabel: timeLabel(this.slotStart),
      ...(handshakeCode === null ? { organizationId } : { handshakeCode }),
      clientUuid,
      product,
      usage: [...this.usage].map(([type, count]) => ({ type, count })),
    };
  }
}

module.exports = { Report };
