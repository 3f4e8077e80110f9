'use strict';

const { join } = require('node:path');
const { readWholeFile, replaceWholeFile } = require('./whole-file');

/**
 * What a licence is asked for by.
 *
 * @typedef {object} Selector
 * @property {string | null} handshakeCode
 * @property {string | null} organizationId
 * @property {string} product
 */

/**
 * The last grant of a selector, as kept on the device.
 *
 * @typedef {object} LocalLicence
 * @property {string | null} handshakeCode  the code that the grant named
 * @property {string} validUntil  RFC 3339
 */

/** The local licences of one device: the last grant of each selector, until it ends or is refused. */
class LocalLicences {
  #path;
  #entries;

  /** @param {string} cacheDir  an existing folder */
  constructor(cacheDir) {
    this.#path = join(cacheDir, 'licences.json');
    this.#entries = parseEntries(readWholeFile(this.#path));
  }

  /**
   * The selector's licence if it is still valid at `now`, else `null`.
   *
   * @param {Selector} selector
   * @param {number} now  ms since the epoch
   * @returns {LocalLicence | null}
   */
  maybeValid(selector, now) {
    const key = keyOf(selector);
    const licence = this.#entries.get(key);
    return licence && now < Date.parse(licence.validUntil) ? licence : null;
  }

  /**
   * Keeps a grant in place of the selector's earlier one. A grant without an end leaves no licence.
   *
   * @param {Selector} selector
   * @param {LocalLicence} grant
   */
  keep(selector, { handshakeCode = null, validUntil }) {
    if (Number.isNaN(Date.parse(validUntil))) return this.forget(selector);
    this.#entries.set(keyOf(selector), { handshakeCode, validUntil });
    this.#save();
  }

  /**
   * Ends the selector's licence: the server has refused it.
   *
   * @param {Selector} selector
   */
  forget(selector) {
    if (this.#entries.delete(keyOf(selector))) this.#save();
  }

  #save() {
    replaceWholeFile(this.#path, JSON.stringify([...this.#entries]));
  }
}

function keyOf({ handshakeCode, organizationId, product }) {
  return JSON.stringify([handshakeCode, organizationId, product]);
}

function parseEntries(text) {
  try {
    return new Map(JSON.parse(text ?? '[]'));
  } catch {
    // A damaged licence is no licence; the server can grant another.
    return new Map();
  }
}

module.exports = { LocalLicences };
