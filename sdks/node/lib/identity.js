'use strict';

const { join } = require('node:path');
const { readWholeFile, replaceWholeFile } = require('./whole-file');

/**
 * The client UUID of the device whose cache this is: read from it, or made once and kept there.
 *
 * It is on disk before it is returned, so before any request can carry it.
 *
 * @param {string} cacheDir  an existing folder
 * @returns {string}
 */
function clientUuidOf(cacheDir) {
  const path = join(cacheDir, 'client-uuid');
  const kept = readWholeFile(path)?.trim();
  if (kept) return kept;
  // Loaded here only: most starts find a UUID, and start-up time counts.
  const uuid = require('node:crypto').randomUUID();
  replaceWholeFile(path, `${uuid}\n`);
  return uuid;
}

module.exports = { clientUuidOf };
