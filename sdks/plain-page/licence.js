// A small licence SDK for web pages: Date.now, setInterval, fetch and IndexedDB.

import { Store } from './store.js';

const TICK_MS = 180_000;
const SLOT_S = 180;
const BATCH = 500;
const RETENTION_S = 30 * 86_400;
const STANDING_BY = 100;

/** The SDK refuses to work; `code` is what the application is told. */
export class LicenceError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** One application's licence. */
export class Client {
  /**
   * @param {object} settings  what the application configures
   * @param {string} bug  a mistake to make on purpose; empty: none
   */
  constructor(settings, bug = '') {
    this.settings = settings;
    this.bug = bug;
    this.selector = JSON.stringify([settings.handshakeCode, settings.organizationId]);
    this.tried = new Set();
    this.work = Promise.resolve();
  }

  /** Gets authorised, sends what earlier sessions left, and begins to tick. */
  async start() {
    const { handshakeCode, organizationId } = this.settings;
    if (!handshakeCode && !organizationId) throw new LicenceError(-20000, 'No licence is configured.');
    this.store = await Store.open();
    await this.#authorise();
    await this.#purge();
    this.timer = setInterval(() => this.#tick(), TICK_MS);
    await this.#submit();
  }

  /** Counts what was done just now. */
  async record(type, count, success) {
    if (!this.timer) throw new LicenceError(-20000, 'There is no session.');
    if (!(success || this.bug === 'counts-failures') || count <= 0) return;
    const slot = Math.floor(Date.now() / 1000 / SLOT_S) * SLOT_S;
    const code = this.settings.handshakeCode || this.code;
    const { state } = this.store;
    let report = state.reports.find((one) => !one.sealed && one.slot === slot && one.code === code);
    if (!report) {
      state.last += 1;
      report = { id: state.last, slot, code, usage: {}, sealed: false };
      state.reports.push(report);
    }
    report.usage[type] = (report.usage[type] || 0) + count;
    await this.store.save();
  }

  /** Ends the session; what is pending waits on disk. */
  async stop() {
    clearInterval(this.timer);
    this.timer = null;
    await this.work;
    this.store?.close();
  }

  async #authorise() {
    const { licences } = this.store.state;
    for (const server of this.settings.servers) {
      const { status, body } = await post(`${server}/dls/authorization`, this.#request());
      if (status === 200 && body.authorized === true) {
        this.server = server;
        this.code = body.handshakeCode;
        licences[this.selector] = { code: body.handshakeCode, until: Date.parse(body.validUntil) };
        await this.store.save();
        return;
      }
      const code = body.error?.code;
      if (Number.isInteger(code) && code !== STANDING_BY) {
        delete licences[this.selector];
        await this.store.save();
        throw new LicenceError(-20000 - code, String(body.error.message));
      }
    }
    const kept = licences[this.selector];
    if (!kept || Date.now() >= kept.until) {
      throw new LicenceError(-20200, 'The licence server cannot be reached.');
    }
    [this.server] = this.settings.servers;
    this.code = kept.code;
  }

  #request() {
    const { handshakeCode, organizationId, sessionPassword } = this.settings;
    return {
      clientUuid: this.store.state.uuid,
      handshakeCode,
      organizationId,
      sessionPassword,
      product: 'dbr',
      generation: 'dls',
      deploymentType: 'browser',
      binding: { kind: 'website-domain', value: location.hostname },
      chargeWay: 'auto',
      instances: 1,
      alias: null,
    };
  }

  async #purge() {
    const oldest = Date.now() / 1000 - RETENTION_S - SLOT_S;
    const { state } = this.store;
    state.reports = state.reports.filter(({ slot }) => slot >= oldest);
    await this.store.save();
  }

  #tick() {
    if (this.bug === 'retries') this.tried.clear();
    return this.#submit();
  }

  #submit() {
    this.work = this.work.then(() => this.#submitClosed());
    return this.work;
  }

  /** Sends what is closed and was not tried in this session, oldest first. */
  async #submitClosed() {
    const closed = Math.floor(Date.now() / 1000) - SLOT_S;
    const due = this.store.state.reports.filter(
      ({ id, sealed, slot }) => !this.tried.has(id) && (sealed || slot <= closed),
    );
    for (let at = 0; at < due.length; at += BATCH) await this.#submitBatch(due.slice(at, at + BATCH));
  }

  async #submitBatch(batch) {
    for (const report of batch) {
      report.sealed = true;
      this.tried.add(report.id);
    }
    await this.store.save();
    const reports = batch.map((report) => this.#rendered(report));
    const { status, body } = await post(`${this.server}/dls/usage`, { reports });
    if (status !== 200 || body.accepted !== true) return;
    const sent = new Set(batch.map(({ id }) => id));
    this.store.state.reports = this.store.state.reports.filter(({ id }) => !sent.has(id));
    await this.store.save();
  }

  #rendered({ slot, code, usage }) {
    return {
      timeLabel: new Date(slot * 1000).toISOString(),
      handshakeCode: code,
      clientUuid: this.store.state.uuid,
      product: 'dbr',
      usage: Object.entries(usage).map(([type, count]) => ({ type, count })),
    };
  }
}

/** Whatever goes wrong is an answer without a status. */
async function post(url, message) {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      redirect: 'manual',
    });
    const body = await answer.json();
    const isObject = body !== null && typeof body === 'object' && !Array.isArray(body);
    return { status: answer.status, body: isObject ? body : {} };
  } catch {
    return { status: 0, body: {} };
  }
}
