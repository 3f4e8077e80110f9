'use strict';

const { LicenceClient, LicenceError } = require('../lib/client');
const { InvalidParams } = require('./json-rpc');
const { TimeZone } = require('./time-zone');
const { VirtualClock } = require('./virtual-clock');
const { version } = require('../package.json');

const CAPABILITIES = [
  'session-password', 'standby-server', 'product-keys', 'restart-in-process', 'next-timer', 'time-zone',
];

/** The methods of the driver contract, over one process' SDK and one virtual clock. */
class Methods {
  #generation;
  #product;
  #requestTimeoutMs;
  #clock = new VirtualClock();
  #zone = new TimeZone();
  #client = null;

  /**
   * @param {object} settings
   * @param {'lts' | 'dls'} settings.generation
   * @param {string} settings.product
   * @param {number | undefined} settings.requestTimeoutMs  real time for one request of the SDK
   */
  constructor({ generation, product, requestTimeoutMs }) {
    this.#generation = generation;
    this.#product = product;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  /** Method name to function of the params, for the server. */
  table() {
    return new Map([
      ['describe', () => this.#describe()],
      ['start', (params) => this.#start(params)],
      ['operate', (params) => this.#operate(params)],
      ['advance', (params) => this.#advance(params)],
      ['set_clock', (params) => this.#setClock(params)],
      ['stop', () => this.stop()],
    ]);
  }

  /** Ends the session, if there is one. */
  async stop() {
    await this.#client?.stop();
    return {};
  }

  #describe() {
    return {
      contract: 1,
      sdk: { name: 'dlscheck-node', version, language: 'javascript' },
      product: this.#product,
      generation: this.#generation,
      clock: 'injected',
      capabilities: this.#capabilities(),
    };
  }

  #capabilities() {
    const capabilities = [...CAPABILITIES];
    // Organization IDs came with DLS; pages are no video.
    if (this.#generation === 'dls') capabilities.push('organization-id');
    if (this.#product !== 'dwt') capabilities.push('video-deduplication');
    return capabilities;
  }

  async #start({ now, timeZone, ...configuration }) {
    const instant = parseInstant('now', now);
    await this.#clock.advance(instant);
    await this.stop();
    // Another device may show an earlier time than the one whose session has just ended.
    this.#clock.set(instant);
    this.#zone.set(timeZone);
    this.#client = new LicenceClient({
      ...configuration,
      generation: this.#generation,
      product: this.#product,
      clock: this.#clock,
      requestTimeoutMs: this.#requestTimeoutMs,
    });
    const error = await maybeLicenceError(() => this.#client.start());
    return { authorized: error === null, error, ...this.#nextTimer() };
  }

  async #operate({ now, type, count, success, content }) {
    await this.#clock.advance(parseInstant('now', now));
    // A client that was never started refuses in the SDK's own words.
    const client = this.#client ?? new LicenceClient({ generation: this.#generation });
    const error = await maybeLicenceError(() => client.recordOperation({ type, count, success, content }));
    return { performed: error === null, error, ...this.#nextTimer() };
  }

  async #advance({ to }) {
    await this.#clock.advance(parseInstant('to', to));
    return this.#nextTimer();
  }

  #setClock({ to }) {
    this.#clock.set(parseInstant('to', to));
    return this.#nextTimer();
  }

  #nextTimer() {
    const due = this.#clock.nextDue();
    return { nextTimer: due === null ? null : new Date(due).toISOString() };
  }
}

/** What the SDK refused with, as the contract words it; anything but a refusal is thrown on. */
async function maybeLicenceError(action) {
  try {
    await action();
    return null;
  } catch (error) {
    if (!(error instanceof LicenceError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function parseInstant(name, text) {
  const instant = typeof text === 'string' ? Date.parse(text) : NaN;
  if (Number.isNaN(instant)) {
    throw new InvalidParams(`${name}: expected an RFC 3339 time, got ${JSON.stringify(text)}`);
  }
  return instant;
}

module.exports = { Methods };
