'use strict';

const fs = require('node:fs');

const LONGEST_ANSWER_BYTES = 1024 * 1024;

/**
 * What a server answered.
 *
 * @typedef {object} Answer
 * @property {number} status  HTTP status
 * @property {unknown} body  the parsed JSON, or `undefined` where it is none
 */

/** Posts JSON messages to licence servers, each over a connection of its own. */
class Transport {
  #timeoutMs;
  #caFile;
  #authority = null;

  /**
   * @param {object} options
   * @param {number} options.timeoutMs  real time for one exchange, from connecting to the last byte
   * @param {string | null} options.caFile  PEM file of the only authority to trust; `null`: Node's own list
   */
  constructor({ timeoutMs, caFile }) {
    this.#timeoutMs = timeoutMs;
    this.#caFile = caFile;
  }

  /**
   * Posts a message once.
   *
   * @param {string} server  base URL, with or without a path prefix
   * @param {string} path
   * @param {object} message
   * @returns {Promise<Answer | null>} `null` where no whole answer came, for whatever reason
   */
  async post(server, path, message) {
    try {
      return await this.#exchange(new URL(server.replace(/\/+$/, '') + path), JSON.stringify(message));
    } catch {
      return null;
    }
  }

  #exchange(url, payload) {
    return new Promise((resolve, reject) => {
      const request = this.#open(url, payload);
      const deadline = setTimeout(() => request.destroy(new Error('time-out')), this.#timeoutMs);
      request.on('error', reject);
      request.on('response', (response) => readAnswer(response).then(resolve, reject));
      request.on('close', () => clearTimeout(deadline));
      request.end(payload);
    });
  }

  #open(url, payload) {
    // A kept connection that the server has meanwhile closed would look like a failed submission.
    const options = {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
    };
    // Loaded on first use: start-up time counts.
    if (url.protocol !== 'https:') return require('node:http').request(url, options);
    return require('node:https').request(url, { ...options, ...this.#trust() });
  }

  #trust() {
    if (this.#caFile === null) return { rejectUnauthorized: true };
    this.#authority ??= fs.readFileSync(this.#caFile);
    return { rejectUnauthorized: true, ca: this.#authority };
  }
}

async function readAnswer(response) {
  const chunks = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    sizeBytes += chunk.length;
    if (sizeBytes > LONGEST_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return { status: response.statusCode, body: maybeJson(Buffer.concat(chunks).toString('utf8')) };
}

function maybeJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

module.exports = { Transport };
