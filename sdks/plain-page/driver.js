// The driver of the SDK on this page: it dials in to the address in the page's query, and
// answers one request at a time. The clock is moved around it, so `advance` does nothing.

import { Client, LicenceError } from './licence.js';

const query = new URLSearchParams(location.search);
const bug = query.get('bug') ?? '';
let client = null;

async function errorOf(action) {
  try {
    await action();
    return null;
  } catch (error) {
    if (!(error instanceof LicenceError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const methods = {
  describe: () => ({
    contract: 1,
    sdk: { name: 'plain-page', version: '1.0.0', language: 'javascript' },
    product: 'dbr',
    generation: 'dls',
    clock: 'injected',
    capabilities: ['organization-id', 'session-password', 'standby-server', 'restart-in-process'],
  }),

  async start(params) {
    await methods.stop();
    client = new Client(params, bug);
    const error = await errorOf(() => client.start());
    if (error) await methods.stop();
    return { authorized: error === null, error, nextTimer: null };
  },

  async operate({ type, count, success }) {
    const asked = client ?? new Client({});
    const error = await errorOf(() => asked.record(type, count, success));
    return { performed: error === null, error, nextTimer: null };
  },

  advance: () => ({ nextTimer: null }),
  set_clock: () => ({ nextTimer: null }),

  async stop() {
    const ended = client;
    client = null;
    await ended?.stop();
    return {};
  },
};

const socket = new WebSocket(query.get('driver'));
socket.addEventListener('message', async ({ data }) => {
  const { id, method, params } = JSON.parse(data);
  const answer = { jsonrpc: '2.0', id };
  if (Object.hasOwn(methods, method)) answer.result = await methods[method](params);
  else answer.error = { code: -32601, message: 'method not found' };
  socket.send(JSON.stringify(answer));
});
