// A stand-in for your SDK, so that there is something to drive: put the real one in its
// place.
//
// It is a small licence SDK that speaks open-json. It counts what the application does in
// slots of three minutes, keeps that on disk, and submits it every three minutes.

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

const TICK_MS = 180_000;
const SLOT_S = 180;
const RETENTION_S = 30 * 86_400;
const TIMEOUT_MS = 10_000;
/** The standby server says so while the main one works. */
const STANDING_BY = 100;
const NO_LICENCE = -20000;
const UNREACHABLE = -20200;

/** The SDK refuses to work; `code` is what the application is told. */
export class LicenceError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** One application's licence. */
export class LicenceClient {
  /**
   * @param {object} settings  what the application configures
   * @param {'lts' | 'dls'} generation
   * @param {string} product
   * @param {import('./clock.js').Clock} clock
   */
  constructor(settings, generation, product, clock) {
    Object.assign(this, { settings, generation, product, clock });
    this.account = {
      handshakeCode: settings.handshakeCode ?? null,
      organizationId: settings.organizationId ?? null,
    };
    this.folder = settings.cacheDir;
    this.state = this.#read('state.json') ?? { uuid: randomUUID(), licences: {}, last: 0 };
    // Reports to be sent in this session: one that fails waits for the next, on disk.
    this.waiting = this.#names().map((name) => this.#read(name));
  }

  /** Gets authorised, sends what earlier sessions left, and begins to tick. */
  async start() {
    await this.#authorise();
    this.#purge();
    this.#setTimer();
    await this.#submit();
  }

  /** Counts what was done just now; what found nothing is not counted. */
  record(type, count, success) {
    if (!success || count <= 0) return;
    const code = this.account.handshakeCode || this.granted;
    const place = [this.#slot(), code, code ? null : this.account.organizationId];
    const key = String(place);
    let report = this.waiting.find((one) => !one.sealed && String(one.place) === key);
    if (!report) {
      this.state.last += 1;
      report = { id: this.state.last, place, sealed: false, usage: {} };
      this.#save();
      this.waiting.push(report);
    }
    report.usage[type] = (report.usage[type] ?? 0) + count;
    this.#keep(report);
  }

  /** Ends the session; what is pending waits on disk. */
  stop() {
    this.clock.cancel(this.timer);
  }

  // -- being authorised

  async #authorise() {
    const { licences } = this.state;
    const selector = JSON.stringify(this.account);
    for (const server of this.settings.servers) {
      const answer = await this.#post(server, '/dls/authorization', this.#request());
      if (answer.authorized === true) {
        this.server = server;
        this.granted = answer.handshakeCode;
        licences[selector] = { code: this.granted, until: Date.parse(answer.validUntil) };
        this.#save();
        return;
      }
      const { code = STANDING_BY, message } = answer.error ?? {};
      if (code !== STANDING_BY) {
        delete licences[selector];
        this.#save();
        throw new LicenceError(NO_LICENCE - code, message);
      }
    }
    this.#workWithoutServer(licences[selector]);
  }

  /** What was granted before holds until it expires, whether a server answers or not. */
  #workWithoutServer(licence) {
    if (!licence || this.clock.now() >= licence.until) {
      throw new LicenceError(UNREACHABLE, 'The licence server cannot be reached.');
    }
    [this.server] = this.settings.servers;
    this.granted = licence.code;
  }

  #request() {
    return {
      clientUuid: this.state.uuid,
      ...this.account,
      sessionPassword: this.settings.sessionPassword ?? null,
      product: this.product,
      generation: this.generation,
    };
  }

  // -- submitting

  #setTimer() {
    this.timer = this.clock.callLater(TICK_MS, () => {
      this.#setTimer();
      return this.#submit();
    });
  }

  /** Sends the slots that are over and were not tried in this session. */
  async #submit() {
    const over = this.#nowSeconds() - SLOT_S;
    const due = this.waiting.filter(({ sealed, place }) => sealed || place[0] <= over);
    if (due.length === 0) return;
    const sent = new Set(due);
    this.waiting = this.waiting.filter((report) => !sent.has(report));
    for (const report of due) {
      // What was sent once stays as it is: a server that has it knows it again.
      report.sealed = true;
      this.#keep(report);
    }
    const body = { reports: due.map((report) => this.#rendered(report)) };
    const answer = await this.#post(this.server, '/dls/usage', body);
    if (answer.accepted === true) for (const report of due) this.#forget(report);
  }

  #rendered({ place: [slot, code, organization], usage }) {
    return {
      timeLabel: new Date(slot * 1000).toISOString(),
      ...(code ? { handshakeCode: code } : { organizationId: organization }),
      clientUuid: this.state.uuid,
      product: this.product,
      usage: Object.entries(usage).map(([type, count]) => ({ type, count })),
    };
  }

  /** In DLS what is older than 30 days is given up. */
  #purge() {
    if (this.generation !== 'dls') return;
    const oldest = this.#nowSeconds() - RETENTION_S - SLOT_S;
    const old = this.waiting.filter(({ place }) => place[0] < oldest);
    this.waiting = this.waiting.filter(({ place }) => place[0] >= oldest);
    for (const report of old) this.#forget(report);
  }

  // -- the rest

  #nowSeconds() {
    return Math.floor(this.clock.now() / 1000);
  }

  /** The first second of the slot of three minutes: LTS begins one second later. */
  #slot() {
    const first = this.generation === 'lts' ? 1 : 0;
    return Math.floor((this.#nowSeconds() - first) / SLOT_S) * SLOT_S + first;
  }

  /** Returns what the server answers; nothing, if that is no proper answer. */
  async #post(server, suffix, message) {
    const url = server.replace(/\/+$/, '') + suffix;
    const { caFile } = this.settings;
    try {
      const ca = caFile ? fs.readFileSync(caFile) : undefined;
      const { status, text } = await post(url, JSON.stringify(message), ca);
      const value = JSON.parse(text);
      if (status === 200) return value ?? {};
      return Number.isInteger(value?.error?.code) ? { error: value.error } : {};
    } catch {
      return {}; // an SDK never takes its application down
    }
  }

  #names() {
    if (!fs.existsSync(this.folder)) return [];
    return fs.readdirSync(this.folder).filter((name) => /^report-\d+\.json$/.test(name)).sort();
  }

  #read(name) {
    const file = path.join(this.folder, name);
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  }

  #save() {
    this.#write('state.json', this.state);
  }

  #keep(report) {
    this.#write(nameOf(report), report);
  }

  #forget(report) {
    fs.unlinkSync(path.join(this.folder, nameOf(report)));
  }

  /** Puts a value in place of what was there, in one step. */
  #write(name, value) {
    fs.mkdirSync(this.folder, { recursive: true });
    const file = path.join(this.folder, name);
    fs.writeFileSync(`${file}.new`, JSON.stringify(value));
    fs.renameSync(`${file}.new`, file);
  }
}

function nameOf({ id }) {
  return `report-${String(id).padStart(6, '0')}.json`;
}

/** POSTs a text; resolves to the status and the text of the answer. */
function post(url, body, ca) {
  const { request } = url.startsWith('https:') ? https : http;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, ca, signal, agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
