'use strict';

// The driver of the vendor's Node edition: `node node_driver.js VERSION`. It calls the
// documented functions of the package and tells what they answer, in the SDK's words.
//
// The SDK keeps its cache in the working folder, so that is what the device is. Its settings
// are static: a process has one session. What it says of time is the C library's, so time is
// made around it.

const { spawn } = require('node:child_process');
const { networkInterfaces } = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const NAME = 'dynamsoft-javascript-barcode';
const version = process.argv[2];
const store = path.join(__dirname, '../../.packages/npm');
const home = path.join(store, `${NAME}-${version}`, 'node_modules', NAME);

// What the mock can decode of a symbology does not matter here: no result ever counts.
const SIDE = 64;
const ABGR_8888 = 10;

let reader = null;

function barcode() {
  const { main } = require(path.join(home, 'package.json'));
  return require(path.join(home, main)).BarcodeReader;
}

// The SDK rejects with plain errors whose code, if they have one, has changed its name.
function told(error) {
  const code = Number.isInteger(error?.code) ? error.code : error?.errorCode;
  return { code: Number.isInteger(code) ? code : -1, message: String(error?.message ?? error) };
}

async function errorOf(action) {
  try {
    await action();
    return null;
  } catch (error) {
    return told(error);
  }
}

const methods = {
  describe: () => ({
    contract: 1,
    sdk: { name: `${NAME} (node)`, version, language: 'javascript' },
    product: 'dbr',
    generation: 'dls',
    clock: 'preload',
    capabilities: ['organization-id', 'session-password', 'standby-server', 'shared-cache'],
  }),

  async start({ cacheDir, servers, handshakeCode, organizationId, sessionPassword }) {
    process.chdir(cacheDir);
    const error = await errorOf(async () => {
      const Reader = barcode();
      Reader.licenseServer = servers;
      if (handshakeCode !== null) Reader.handshakeCode = handshakeCode;
      if (organizationId !== null) Reader.organizationID = organizationId;
      if (sessionPassword !== null) Reader.sessionPassword = sessionPassword;
      reader = await Reader.createInstance();
    });
    return { authorized: error === null, error, nextTimer: null };
  },

  async operate() {
    if (reader === null) {
      return { performed: false, error: { code: -1, message: 'not started' }, nextTimer: null };
    }
    const pixels = new Uint8Array(SIDE * SIDE * 4);
    const error = await errorOf(() => reader.decodeBuffer(pixels, SIDE, SIDE, SIDE * 4, ABGR_8888));
    return { performed: error === null, error, nextTimer: null };
  },

  advance: () => ({ nextTimer: null }),
  set_clock: () => ({ nextTimer: null }),

  async stop() {
    const ended = reader;
    reader = null;
    await (ended?.destroyContext ?? ended?.destroy)?.call(ended);
    return {};
  },
};

function refuseOpenNetwork() {
  const outside = Object.values(networkInterfaces()).flat().filter((one) => !one.internal);
  if (outside.length === 0) return;
  console.error(
    `expected no network but loopback, got ${outside[0].address}: the vendor's SDK runs only `
    + 'where nothing leaves the machine: python -m sdks.dynamsoft.closed COMMAND',
  );
  process.exit(2);
}

// The SDK has no option for an authority, and Node reads its own when it begins: another
// process, that is told of it, takes over.
function successor(caFile) {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: caFile };
  const stdio = ['pipe', 'inherit', 'inherit'];
  const next = spawn(process.execPath, process.argv.slice(1), { env, stdio });
  next.on('exit', (code) => process.exit(code ?? 1));
  return next;
}

function needsAnother({ method, params }) {
  const caFile = method === 'start' ? params.caFile : null;
  return caFile !== null && caFile !== process.env.NODE_EXTRA_CA_CERTS ? caFile : null;
}

async function main() {
  refuseOpenNetwork();
  // An application would die of what the SDK leaves unhandled; we want to see what follows.
  process.on('unhandledRejection', (error) => console.error('unhandled:', error));
  process.on('uncaughtException', (error) => console.error('uncaught:', error));
  // Answers go out by the real stdout alone: the SDK writes logs there too.
  console.log = console.info = console.debug = console.error;
  let next = null;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const caFile = next === null ? needsAnother(JSON.parse(line)) : null;
    if (caFile !== null) next = successor(caFile);
    if (next !== null) {
      next.stdin.write(`${line}\n`);
      continue;
    }
    const { id, method, params } = JSON.parse(line);
    const answer = { jsonrpc: '2.0', id };
    if (Object.hasOwn(methods, method)) answer.result = await methods[method](params ?? {});
    else answer.error = { code: -32601, message: 'method not found' };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  if (next === null) process.exit(0);
  next.stdin.end();
}

main();
