// A stand-in for your SDK, so that there is something to drive: put the real one in its
// place.
//
// It is a small licence SDK that speaks open-json. It counts what the application does in
// slots of three minutes, keeps that in the browser, and submits it every three minutes.

import { openStore } from './store.js';

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
   * @param {string} product
   */
  constructor(settings, product) {
    Object.assign(this, { settings, product });
    this.account = {
      handshakeCode: settings.handshakeCode ?? null,
      organizationId: settings.organizationId ?? null,
    };
    // Reports that were sent in this session; those that failed wait for the next.
    this.tried = new Set();
    // One submission at a time, however long a server takes.
    this.submission = Promise.resolve();
  }

  /** Gets authorised, sends what earlier sessions left, and begins to tick. */
  async start() {
    this.store = await openStore();
    try {
      await this.#authorise();
    } catch (error) {
      this.store.close();
      throw error;
    }
    this.timer = setInterval(() => this.#submit(), TICK_MS);
    await this.#purge();
    await this.#submit();
  }

  /** Counts what was done just now; what found nothing is not counted. */
  async record(type, count, success) {
    if (!success || count <= 0) return;
    const { state } = this.store;
    const code = this.account.handshakeCode || this.granted;
    const place = [slotNow(), code, code ? null : this.account.organizationId];
    const key = String(place);
    let report = state.reports.find((one) => !one.sealed && String(one.place) === key);
    if (!report) {
      state.last += 1;
      report = { id: state.last, place, sealed: false, usage: {} };
      state.reports.push(report);
    }
    report.usage[type] = (report.usage[type] ?? 0) + count;
    await this.store.save();
  }

  /** Ends the session; what is pending waits in the browser. */
  async stop() {
    clearInterval(this.timer);
    await this.submission;
    this.store.close();
  }

  // -- being authorised

  async #authorise() {
    const { licences } = this.store.state;
    const selector = JSON.stringify(this.account);
    for (const server of this.settings.servers) {
      const answer = await post(server, '/dls/authorization', this.#request());
      if (answer.authorized === true) {
        this.server = server;
        this.granted = answer.handshakeCode;
        licences[selector] = { code: this.granted, until: Date.parse(answer.validUntil) };
        await this.store.save();
        return;
      }
      const { code = STANDING_BY, message } = answer.error ?? {};
      if (code !== STANDING_BY) {
        delete licences[selector];
        await this.store.save();
        throw new LicenceError(NO_LICENCE - code, message);
      }
    }
    this.#workWithoutServer(licences[selector]);
  }

  /** What was granted before holds until it expires, whether a server answers or not. */
  #workWithoutServer(licence) {
    if (!licence || Date.now() >= licence.until) {
      throw new LicenceError(UNREACHABLE, 'The licence server cannot be reached.');
    }
    [this.server] = this.settings.servers;
    this.granted = licence.code;
  }

  #request() {
    return {
      clientUuid: this.store.state.uuid,
      ...this.account,
      sessionPassword: this.settings.sessionPassword ?? null,
      product: this.product,
      generation: 'dls',
    };
  }

  // -- submitting

  #submit() {
    this.submission = this.submission.then(() => this.#submitWhatIsOver());
    return this.submission;
  }

  /** Sends the slots that are over and were not tried in this session. */
  async #submitWhatIsOver() {
    const { store } = this;
    const over = nowSeconds() - SLOT_S;
    const due = store.state.reports.filter(
      ({ id, sealed, place }) => !this.tried.has(id) && (sealed || place[0] <= over),
    );
    if (due.length === 0) return;
    for (const report of due) {
      // What was sent once stays as it is: a server that has it knows it again.
      report.sealed = true;
      this.tried.add(report.id);
    }
    await store.save();
    const body = { reports: due.map((report) => this.#rendered(report)) };
    const answer = await post(this.server, '/dls/usage', body);
    if (answer.accepted === true) {
      store.state.reports = store.state.reports.filter((report) => !due.includes(report));
      await store.save();
    }
  }

  #rendered({ place: [slot, code, organization], usage }) {
    return {
      timeLabel: new Date(slot * 1000).toISOString(),
      ...(code ? { handshakeCode: code } : { organizationId: organization }),
      clientUuid: this.store.state.uuid,
      product: this.product,
      usage: Object.entries(usage).map(([type, count]) => ({ type, count })),
    };
  }

  /** What is older than 30 days is given up. */
  async #purge() {
    const { state } = this.store;
    const oldest = nowSeconds() - RETENTION_S - SLOT_S;
    state.reports = state.reports.filter(({ place }) => place[0] >= oldest);
    await this.store.save();
  }
}

function nowSeconds() {
  return Math.floor(Date.now() / 1000);
}

/** The first second of the slot of three minutes. */
function slotNow() {
  return Math.floor(nowSeconds() / SLOT_S) * SLOT_S;
}

/** Returns what the server answers; nothing, if that is no proper answer. */
async function post(server, path, message) {
  try {
    const answer = await fetch(server.replace(/\/+$/, '') + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      // A report that was sent once must not go out again elsewhere.
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const value = await answer.json();
    if (answer.status === 200) return value ?? {};
    return Number.isInteger(value?.error?.code) ? { error: value.error } : {};
  } catch {
    return {}; // an SDK never takes its application down
  }
}
