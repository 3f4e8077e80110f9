'use strict';

const fs = require('node:fs');

// Files that are replaced as a whole. A kill leaves the old content or the new, never a mixture;
// nothing is flushed to the disk itself, since what was written outlives the process that wrote it.

/**
 * The file's text, or `null` where there is no such file.
 *
 * @param {string} path
 * @returns {string | null}
 */
function readWholeFile(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes `text` the content of the file at once.
 *
 * @param {string} path
 * @param {string} text
 */
function replaceWholeFile(path, text) {
  const fresh = `${path}.new`;
  fs.writeFileSync(fresh, text);
  fs.renameSync(fresh, path);
}

module.exports = { readWholeFile, replaceWholeFile };
