'use strict';

// The driver of the plain SDK: it calls the SDK's public functions, and has no clock. Time
// passes around it, so `advance` and `set_clock` have nothing to do.

const readline = require('node:readline');
const { Client, LicenceError } = require('./licence');

const generation = process.env.DLS_GENERATION || 'dls';
const product = process.env.DLS_PRODUCT || 'dbr';
const bug = process.env.PLAIN_BUG || '';
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
    sdk: { name: 'plain-node', version: '1.0.0', language: 'javascript' },
    product,
    generation,
    clock: 'preload',
    capabilities: [
      ...(generation === 'dls' ? ['organization-id'] : []),
      'session-password', 'standby-server', 'product-keys', 'restart-in-process',
    ],
  }),

  async start(params) {
    await methods.stop();
    client = new Client(params, generation, product, bug);
    const error = await errorOf(() => client.start());
    if (error) client = null;
    return { authorized: error === null, error, nextTimer: null };
  },

  async operate({ type, count, success }) {
    const asked = client ?? new Client({}, generation, product);
    const error = await errorOf(() => asked.record(type, count, success));
    return { performed: error === null, error, nextTimer: null };
  },

  advance: () => ({ nextTimer: null }),
  set_clock: () => ({ nextTimer: null }),

  async stop() {
    await client?.stop();
    client = null;
    return {};
  },
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    const answer = { jsonrpc: '2.0', id };
    if (Object.hasOwn(methods, method)) answer.result = await methods[method](params ?? {});
    else answer.error = { code: -32601, message: 'method not found' };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await methods.stop();
  process.exit(0);
}

main();
