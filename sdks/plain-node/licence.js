'use strict';

// A small licence SDK as an application would ship it: Date.now, setInterval and fetch.

const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');

const TICK_MS = 180_000;
const SLOT_S = 180;
const BATCH = 500;
const REQUEST_TIMEOUT_MS = 10_000;
const RETENTION_S = 30 * 86_400;
const STANDING_BY = 100;

/** The SDK refuses to work; `code` is what the application is told. */
class LicenceError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** What is kept on disk: the client UUID, licences, and usage not submitted yet. */
class Cache {
  constructor(folder) {
    fs.mkdirSync(folder, { recursive: true });
    this.path = path.join(folder, 'state.json');
    this.state = { uuid: '', licences: {}, reports: [], last: 0 };
    if (fs.existsSync(this.path)) this.state = JSON.parse(fs.readFileSync(this.path, 'utf8'));
    if (!this.state.uuid) {
      this.state.uuid = randomUUID();
      this.save();
    }
  }

  /** Puts the state in place of what was there, in one step. */
  save() {
    fs.writeFileSync(`${this.path}.new`, JSON.stringify(this.state));
    fs.renameSync(`${this.path}.new`, this.path);
  }
}

/** One application's licence. */
class Client {
  /**
   * @param {object} settings  what the application configures
   * @param {'lts' | 'dls'} generation
   * @param {string} product
   * @param {string} bug  a mistake to make on purpose; empty: none
   */
  constructor(settings, generation, product, bug = '') {
    Object.assign(this, { settings, generation, product, bug });
    this.selector = JSON.stringify([settings.handshakeCode, settings.organizationId, product]);
    this.tried = new Set();
    this.timer = null;
    this.isOpen = false;
    this.submission = Promise.resolve();
  }

  /** Gets authorised, sends what earlier sessions left, and begins to tick. */
  async start() {
    this.#check();
    this.cache = new Cache(this.settings.cacheDir);
    await this.#authorise();
    this.isOpen = true;
    this.#purge();
    this.timer = setInterval(() => this.#tick(), this.bug === 'ticks-early' ? 120_000 : TICK_MS);
    await this.#submit();
  }

  /** Counts what was done just now. */
  record(type, count, success) {
    if (!this.isOpen) throw new LicenceError(-20000, 'There is no session.');
    if (!(success || this.bug === 'counts-failures') || count <= 0) return;
    const code = this.settings.handshakeCode || this.code;
    const place = [this.#slotNow(), code || null, code ? null : this.settings.organizationId];
    const key = JSON.stringify(place);
    const { state } = this.cache;
    let report = state.reports.find((one) => !one.sealed && JSON.stringify(one.place) === key);
    if (!report) {
      state.last += 1;
      report = { id: state.last, place, usage: {}, sealed: false };
      state.reports.push(report);
    }
    report.usage[type] = (report.usage[type] || 0) + count;
    this.cache.save();
  }

  /** Ends the session; what is pending waits on disk. */
  async stop() {
    this.isOpen = false;
    clearInterval(this.timer);
    await this.submission;
  }

  #check() {
    const { handshakeCode, organizationId, productKeys } = this.settings;
    if ((handshakeCode || organizationId) && productKeys) {
      throw new LicenceError(-20006, 'Product keys exclude other licences.');
    }
    if (!handshakeCode && !organizationId) throw new LicenceError(-20000, 'No licence is configured.');
  }

  async #authorise() {
    const { licences } = this.cache.state;
    for (const server of this.settings.servers) {
      const { status, body } = await this.#post(server, '/dls/authorization', this.#request());
      if (status === 200 && body.authorized === true) {
        this.server = server;
        this.code = body.handshakeCode;
        licences[this.selector] = { code: body.handshakeCode, until: Date.parse(body.validUntil) };
        this.cache.save();
        return;
      }
      const code = body.error?.code;
      if (Number.isInteger(code) && code !== STANDING_BY) {
        delete licences[this.selector];
        this.cache.save();
        throw new LicenceError(-20000 - code, String(body.error.message));
      }
    }
    const kept = licences[this.selector];
    if (!kept || !(Date.now() < kept.until)) {
      const code = this.generation === 'lts' ? -20003 : -20200;
      throw new LicenceError(code, 'The licence server cannot be reached.');
    }
    [this.server] = this.settings.servers;
    this.code = kept.code;
  }

  #request() {
    const { handshakeCode, organizationId, sessionPassword } = this.settings;
    return {
      clientUuid: this.cache.state.uuid,
      handshakeCode,
      organizationId,
      sessionPassword,
      product: this.product,
      generation: this.generation,
      deploymentType: 'server',
      binding: { kind: 'process-name', value: 'plain' },
      chargeWay: 'auto',
      instances: 1,
      alias: null,
    };
  }

  #slotNow() {
    const second = Math.floor(Date.now() / 1000);
    const first = this.generation === 'lts' && this.bug !== 'wrong-grid' ? 1 : 0;
    return Math.floor((second - first) / SLOT_S) * SLOT_S + first;
  }

  #purge() {
    if (this.generation !== 'dls') return;
    const oldest = Date.now() / 1000 - RETENTION_S - SLOT_S;
    this.cache.state.reports = this.cache.state.reports.filter(({ place }) => place[0] >= oldest);
    this.cache.save();
  }

  #tick() {
    if (this.bug === 'retries') this.tried.clear();
    return this.#submit();
  }

  #submit() {
    this.submission = this.submission.then(() => this.#submitClosed());
    return this.submission;
  }

  /** Sends what is closed and was not tried in this session, oldest first. */
  async #submitClosed() {
    const closed = Math.floor(Date.now() / 1000) - SLOT_S;
    const due = this.cache.state.reports.filter(
      ({ id, sealed, place }) => !this.tried.has(id) && (sealed || place[0] <= closed),
    );
    for (let at = 0; at < due.length; at += BATCH) await this.#submitBatch(due.slice(at, at + BATCH));
  }

  async #submitBatch(batch) {
    for (const report of batch) {
      report.sealed = true;
      this.tried.add(report.id);
    }
    this.cache.save();
    const reports = batch.map((report) => this.#rendered(report));
    const { status, body } = await this.#post(this.server, '/dls/usage', { reports });
    if (status !== 200 || body.accepted !== true) return;
    const sent = new Set(batch.map(({ id }) => id));
    this.cache.state.reports = this.cache.state.reports.filter(({ id }) => !sent.has(id));
    this.cache.save();
  }

  #rendered({ place: [slot, code, organization], usage }) {
    return {
      timeLabel: new Date(slot * 1000).toISOString(),
      ...(code ? { handshakeCode: code } : { organizationId: organization }),
      clientUuid: this.cache.state.uuid,
      product: this.product,
      usage: Object.entries(usage).map(([type, count]) => ({ type, count })),
    };
  }

  /** Whatever goes wrong is an answer without a status. */
  async #post(server, suffix, message) {
    const url = server.replace(/\/+$/, '') + suffix;
    const send = url.startsWith('https:') ? postSecurely : post;
    try {
      const { status, text } = await send(url, JSON.stringify(message), this.settings.caFile);
      return { status, body: parsed(text) };
    } catch {
      return { status: 0, body: {} };
    }
  }
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    // A usage report that was sent once must not go out again elsewhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  return { status: answer.status, text: await answer.text() };
}

/** fetch takes no authority of the application's own. */
function postSecurely(url, body, caFile) {
  const ca = caFile ? fs.readFileSync(caFile) : undefined;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: 'POST', headers, ca, signal, agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

module.exports = { Client, LicenceError };
