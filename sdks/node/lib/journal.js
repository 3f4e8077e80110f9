'use strict';

const fs = require('node:fs');
const { readWholeFile, replaceWholeFile } = require('./whole-file');

// Theory of operation. An event is one JSON line, and it has happened once its line break is in the
// file. A kill can cut the last line short: that event was never acknowledged to anyone, so the
// reader drops it. The file is rewritten at every opening, so a cut line is never appended to.

/** An append-only file of events that survives a kill at any moment. */
class Journal {
  #path;
  #descriptor = null;
  #length = 0;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /**
   * The events that the file holds, oldest first; none where there is no file.
   *
   * @returns {object[]}
   */
  read() {
    const lines = (readWholeFile(this.#path) ?? '').split('\n');
    lines.pop();
    return lines.map(maybeParsed).filter((event) => event !== null);
  }

  /**
   * Makes `events` the whole content and opens the file for appending.
   *
   * @param {object[]} events
   */
  rewrite(events) {
    this.close();
    const text = events.map(renderLine).join('');
    replaceWholeFile(this.#path, text);
    this.#descriptor = fs.openSync(this.#path, 'a');
    this.#length = Buffer.byteLength(text);
  }

  /**
   * Adds one event; it is in the file when this returns, and not at all when this throws.
   *
   * @param {object} event
   */
  append(event) {
    const line = Buffer.from(renderLine(event));
    try {
      fs.appendFileSync(this.#descriptor, line);
    } catch (error) {
      fs.ftruncateSync(this.#descriptor, this.#length);
      throw error;
    }
    this.#length += line.length;
  }

  /** Removes all events in one step. */
  clear() {
    fs.ftruncateSync(this.#descriptor, 0);
    this.#length = 0;
  }

  /** Closes the file; without an open file it does nothing. */
  close() {
    if (this.#descriptor !== null) fs.closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function renderLine(event) {
  return `${JSON.stringify(event)}\n`;
}

function maybeParsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    // Damage costs the line it is in, not the units around it.
    return null;
  }
}

module.exports = { Journal };
