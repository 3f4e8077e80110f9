'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { LicenceClient, LicenceError } = require('../lib/client');
const { Scene, at, brief } = require('./support/scene');

/** A clock in the test's hand; `tick` is the callback of the one timer that is set. */
function handClock(instant) {
  return {
    instant: Date.parse(at(instant)),
    now() { return this.instant; },
    schedule(delayMs, callback) { this.tick = callback; return callback; },
    cancel() { this.tick = null; },
  };
}

async function clientOn(t, clock) {
  const scene = new Scene(t);
  const server = await scene.server();
  const client = new LicenceClient({
    cacheDir: scene.device(), servers: server.url, handshakeCode: '200001-demo',
    product: 'dbr', generation: 'dls', clock,
  });
  return { client, server };
}

const OPERATION = { type: 'QR_CODE', count: 1, success: true };

test('the client is authorised from a start to its stop, and refuses to work outside', async (t) => {
  const { client, server } = await clientOn(t, handClock('08:00:00'));
  assert.throws(() => client.recordOperation(OPERATION), LicenceError);
  await client.start();
  assert.equal(client.isAuthorised, true);
  client.recordOperation(OPERATION);
  await client.stop();
  assert.equal(client.isAuthorised, false);
  server.authorisation = 'refuse';
  await assert.rejects(client.start(), { name: 'LicenceError', code: -20120 });
  assert.throws(() => client.recordOperation(OPERATION), { code: -20120 });
});

test('a stop lets the submission under way finish, and adds none', async (t) => {
  const clock = handClock('08:00:00');
  const { client, server } = await clientOn(t, clock);
  await client.start();
  client.recordOperation(OPERATION);
  clock.instant = Date.parse(at('08:03:00'));
  client.recordOperation(OPERATION);
  clock.tick();
  await client.stop();
  assert.equal(clock.tick, null);
  await client.start();
  assert.deepEqual(server.stored.map(brief), ['08:00:00 QR_CODE×1']);
  await client.stop();
});
