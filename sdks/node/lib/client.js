'use strict';

const { basename } = require('node:path');
const { askAuthorisation } = require('./authorisation');
const { openCache } = require('./cache');
const { CODES, LicenceError, touchingCache } = require('./error');
const { generationNamed } = require('./grid');
const { Repeats } = require('./repeats');
const { Session } = require('./session');
const { Submitter } = require('./submitter');
const { Transport } = require('./transport');

/**
 * Where all protocol time comes from.
 *
 * @typedef {object} Clock
 * @property {() => number} now  ms since the epoch, as the device shows it
 * @property {() => number} elapsed  ms since some beginning, whatever the device's clock is set to
 * @property {(delayMs: number, callback: () => Promise<void>) => object} schedule
 *   calls back once after that much time has passed, whatever the device's clock is set to meanwhile
 * @property {(timer: object) => void} cancel
 */

/**
 * What an application configures. Absent, `null` and empty strings mean: not set.
 *
 * @typedef {object} Options
 * @property {string} cacheDir  the device's folder; made where it does not exist
 * @property {Clock} clock
 * @property {'lts' | 'dls'} generation
 * @property {string} product  `dbr`, `dlr`, `dce` or `dwt`
 * @property {string | string[]} [servers]  base URLs: main, then standby
 * @property {string} [handshakeCode]
 * @property {string} [organizationId]
 * @property {string} [sessionPassword]
 * @property {string} [productKeys]
 * @property {string} [caFile]  PEM file of the only authority to trust for https servers
 * @property {number} [requestTimeoutMs]  real time for one request, 10 000 by default
 */

// It imports pages; all others look at video.
const WITHOUT_VIDEO = 'dwt';

/** The licence SDK: gets an application authorised, counts its usage and reports it. */
class LicenceClient {
  #options;
  #selector;
  #servers;
  #generation;
  #transport;
  #repeats;
  #session = null;
  #refusal = notStarted();

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#selector = {
      handshakeCode: options.handshakeCode || null,
      organizationId: options.organizationId || null,
      product: options.product,
    };
    this.#servers = [...new Set([options.servers ?? []].flat().filter(Boolean))].slice(0, 2);
    this.#generation = generationNamed(options.generation);
    this.#repeats = options.product === WITHOUT_VIDEO ? null : new Repeats(options.clock);
    this.#transport = new Transport({
      timeoutMs: options.requestTimeoutMs ?? 10_000,
      caFile: options.caFile || null,
    });
  }

  /** Whether tracked functions work: from a successful start to the next start or stop. */
  get isAuthorised() {
    return this.#session !== null;
  }

  /**
   * Asks for authorisation and submits the backlog; without a server, a valid local licence does.
   *
   * Resolves with no request under way. A start during a session ends that session first.
   *
   * @returns {Promise<void>}
   * @throws {LicenceError} where the client is not authorised
   */
  async start() {
    await this.stop();
    try {
      this.#session = await this.#authorisedSession();
    } catch (error) {
      this.#refusal = error;
      throw error;
    }
    await this.#session.begin();
  }

  /**
   * Records one tracked operation at the clock's present; its units are on disk when this returns.
   *
   * @param {object} operation
   * @param {string} operation.type  symbology, or kind of import
   * @param {number} operation.count  units that came out of it
   * @param {boolean} operation.success  a failed operation counts nothing
   * @param {string} [operation.content]  what was decoded; the same within 3 s counts once
   * @throws {LicenceError} where the client is not authorised, or the cache cannot be written
   * @throws {RangeError} for a count or a type that is none
   */
  recordOperation({ type, count, success, content }) {
    if (this.#session === null) throw this.#refusal;
    if (!Number.isSafeInteger(count) || count < 0) throw unfit('count', 'a whole number from 0 up', count);
    if (typeof type !== 'string' || type === '') throw unfit('type', 'a non-empty string', type);
    if (!success || count === 0 || this.#isRepeat(type, content)) return;
    touchingCache(() => this.#session.count(type, count));
  }

  /** Ends the session. Submits nothing: what is left waits on disk for the next start. */
  async stop() {
    const session = this.#session;
    this.#session = null;
    this.#refusal = notStarted();
    await session?.end();
  }

  #isRepeat(type, content) {
    return typeof content === 'string' && this.#repeats !== null && this.#repeats.isRepeat(type, content);
  }

  async #authorisedSession() {
    this.#checkConfiguration();
    const cache = openCache(this.#options.cacheDir);
    try {
      return this.#sessionOn(cache, await this.#licence(cache));
    } catch (error) {
      cache.reports.close();
      throw error;
    }
  }

  #checkConfiguration() {
    const { handshakeCode, organizationId } = this.#selector;
    const isOnline = handshakeCode !== null || organizationId !== null;
    if (isOnline && this.#options.productKeys) {
      throw new LicenceError(CODES.licenceConflict,
        'Product keys cannot be combined with a handshake code or an organization ID.');
    }
    if (!isOnline) {
      throw new LicenceError(CODES.noLicence, 'Neither a handshake code nor an organization ID is set.');
    }
  }

  /** The licence to work under: the server that granted it now, if any, and the code that it names. */
  async #licence({ clientUuid, licences }) {
    const outcome = await askAuthorisation(this.#transport, this.#servers, this.#request(clientUuid));
    if (outcome.kind === 'granted') {
      touchingCache(() => licences.keep(this.#selector, outcome.grant));
      return { server: outcome.server, handshakeCode: outcome.grant.handshakeCode };
    }
    if (outcome.kind === 'refused') {
      touchingCache(() => licences.forget(this.#selector));
      throw new LicenceError(-20000 - outcome.code, outcome.message);
    }
    const local = licences.maybeValid(this.#selector, this.#options.clock.now());
    if (local !== null) return { server: this.#servers[0] ?? null, handshakeCode: local.handshakeCode };
    throw new LicenceError(this.#generation.unreachableCode,
      'No licence server can be reached, and there is no valid local licence.');
  }

  #request(clientUuid) {
    return {
      clientUuid,
      ...this.#selector,
      sessionPassword: this.#options.sessionPassword || null,
      generation: this.#generation.name,
      deploymentType: 'server',
      binding: { kind: 'process-name', value: basename(process.execPath) },
      chargeWay: 'auto',
      instances: 1,
      alias: null,
    };
  }

  #sessionOn({ clientUuid, reports: store }, { server, handshakeCode }) {
    const { clock } = this.#options;
    const generation = this.#generation;
    const submitter = new Submitter({
      store, transport: this.#transport, server, retentionMs: generation.retentionMs,
    });
    const attribution = { clientUuid, ...this.#selector };
    attribution.handshakeCode ??= handshakeCode || null;
    // The organization stands in for the handshake code only where none is known.
    if (attribution.handshakeCode !== null) attribution.organizationId = null;
    return new Session({ clock, generation, store, submitter, attribution });
  }
}

function unfit(name, expected, got) {
  return new RangeError(`${name}: expected ${expected}, got ${JSON.stringify(got)}`);
}

function notStarted() {
  return new LicenceError(CODES.notStarted, 'There is no session: start the client first.');
}

module.exports = { LicenceClient, LicenceError };
