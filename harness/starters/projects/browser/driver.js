// The driver: it calls the SDK when dlscheck asks, and tells what the SDK answered.
//
// The page dials in by websocket, to the address in its query; each message is one of
// JSON-RPC. What is to be replaced by calls of your own SDK is marked with "your SDK".

import { LicenceClient, LicenceError } from './sdk-stub.js'; // your SDK

const PRODUCT = 'dbr';
const METHOD_NOT_FOUND = -32601;

let client = null;

/** One method for each of the contract's. */
const methods = {
  /** Which SDK it is, and what it can do: claim what is there and nothing else. */
  describe() {
    return {
      contract: 1,
      sdk: { name: 'stub', version: '1.0.0', language: 'javascript' }, // your SDK
      product: PRODUCT,
      generation: 'dls',
      clock: 'injected',
      capabilities: [
        'organization-id',
        'session-password',
        'standby-server',
        'restart-in-process',
      ],
    };
  },

  /** Initialises the SDK as an application would. */
  async start(params) {
    await methods.stop();
    const started = new LicenceClient(params, PRODUCT); // your SDK
    const error = await errorOf(() => started.start());
    if (!error) client = started;
    return { authorized: !error, error, nextTimer: null };
  },

  /** Does one tracked action. */
  async operate({ type, count, success }) {
    if (!client) return { performed: false, error: null, nextTimer: null };
    const error = await errorOf(() => client.record(type, count, success)); // your SDK
    return { performed: !error, error, nextTimer: null };
  },

  /** Time passes by itself: dlscheck moves the page's own clock and timers. */
  advance: () => ({ nextTimer: null }),
  set_clock: () => ({ nextTimer: null }),

  /** Ends the session, if there is one. */
  async stop() {
    const stopped = client;
    client = null;
    await stopped?.stop();
    return {};
  },
};

async function errorOf(call) {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof LicenceError)) throw error; // your SDK
    return { code: error.code, message: error.message };
  }
}

const socket = new WebSocket(new URLSearchParams(location.search).get('driver'));
socket.addEventListener('message', async ({ data }) => {
  const { id, method, params } = JSON.parse(data);
  const answer = { jsonrpc: '2.0', id };
  if (Object.hasOwn(methods, method)) answer.result = await methods[method](params);
  else answer.error = { code: METHOD_NOT_FOUND, message: 'no such method' };
  socket.send(JSON.stringify(answer));
});
