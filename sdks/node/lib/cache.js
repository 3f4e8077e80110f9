'use strict';

const fs = require('node:fs');
const { touchingCache } = require('./error');
const { clientUuidOf } = require('./identity');
const { LocalLicences } = require('./local-licences');
const { ReportStore } = require('./report-store');

/**
 * All that the SDK keeps on a device, in one folder.
 *
 * @typedef {object} Cache
 * @property {string} clientUuid
 * @property {LocalLicences} licences
 * @property {ReportStore} reports
 */

/**
 * Opens the cache of a device, or makes a new one; its owner closes `reports`.
 *
 * @param {string} cacheDir
 * @returns {Cache}
 * @throws {import('./error').LicenceError} -20002 where the folder cannot be read or written
 */
function openCache(cacheDir) {
  return touchingCache(() => {
    fs.mkdirSync(cacheDir, { recursive: true });
    return {
      clientUuid: clientUuidOf(cacheDir),
      licences: new LocalLicences(cacheDir),
      reports: new ReportStore(cacheDir),
    };
  });
}

module.exports = { openCache };
