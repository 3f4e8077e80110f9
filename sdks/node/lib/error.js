'use strict';

/** Error codes that the SDK itself gives, in the protocol's numbering. */
const CODES = Object.freeze({
  noLicence: -20000,
  cacheFailed: -20002,
  licenceConflict: -20006,
  notStarted: -20009,
});

/** What the SDK tells its caller when it refuses: a negative protocol code and a message. */
class LicenceError extends Error {
  /**
   * @param {number} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'LicenceError';
    this.code = code;
  }
}

/**
 * Runs a step that touches the cache folder; its input/output failures become error -20002.
 *
 * @template T
 * @param {() => T} step
 * @returns {T}
 * @throws {LicenceError}
 */
function touchingCache(step) {
  try {
    return step();
  } catch (error) {
    if (error.syscall === undefined) throw error;
    throw new LicenceError(CODES.cacheFailed, `The licence cache cannot be read or written: ${error.message}`);
  }
}

module.exports = { CODES, LicenceError, touchingCache };
