// The driver: it calls the SDK when dlscheck asks, and tells what the SDK answered.
//
// Requests come on standard input, one JSON message a line; answers go to standard output.
// What is to be replaced by calls of your own SDK is marked with "your SDK".

import { createInterface } from 'node:readline';

import { Clock } from './clock.js';
import { LicenceClient, LicenceError } from './sdk-stub.js'; // your SDK

// The generation that was asked for; an SDK that speaks only one need not look here.
const GENERATION = process.env.DLS_GENERATION || 'dls';
const PRODUCT = 'dbr';
const METHOD_NOT_FOUND = -32601;

const clock = new Clock();
let client = null;

/** One method for each of the contract's. */
const methods = {
  /** Which SDK it is, and what it can do: claim what is there and nothing else. */
  describe() {
    return {
      contract: 1,
      sdk: { name: 'stub', version: '1.0.0', language: 'javascript' }, // your SDK
      product: PRODUCT,
      generation: GENERATION,
      clock: 'injected',
      capabilities: [
        ...(GENERATION === 'dls' ? ['organization-id'] : []),
        'session-password',
        'standby-server',
        'restart-in-process',
        'next-timer',
      ],
    };
  },

  /** Initialises the SDK as an application would. */
  async start(params) {
    await clock.advance(Date.parse(params.now));
    await methods.stop();
    const started = new LicenceClient(params, GENERATION, PRODUCT, clock); // your SDK
    const error = await errorOf(() => started.start());
    if (!error) client = started;
    return { authorized: !error, error, ...nextTimer() };
  },

  /** Does one tracked action. */
  async operate({ now, type, count, success }) {
    await clock.advance(Date.parse(now));
    if (!client) return { performed: false, error: null, ...nextTimer() };
    const error = await errorOf(() => client.record(type, count, success)); // your SDK
    return { performed: !error, error, ...nextTimer() };
  },

  /** Lets time pass. */
  async advance({ to }) {
    await clock.advance(Date.parse(to));
    return nextTimer();
  },

  /** Sets the device's clock, as its user may. */
  set_clock({ to }) {
    clock.set(Date.parse(to));
    return nextTimer();
  },

  /** Ends the session, if there is one. */
  stop() {
    client?.stop();
    client = null;
    return {};
  },
};

function nextTimer() {
  const due = clock.nextTimer();
  return { nextTimer: due === null ? null : new Date(due).toISOString() };
}

async function errorOf(call) {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof LicenceError)) throw error; // your SDK
    return { code: error.code, message: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const answer = { jsonrpc: '2.0', id };
  if (Object.hasOwn(methods, method)) answer.result = await methods[method](params);
  else answer.error = { code: METHOD_NOT_FOUND, message: 'no such method' };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
methods.stop();
