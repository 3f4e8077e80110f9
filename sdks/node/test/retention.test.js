'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { ReportStore } = require('../lib/report-store');
const { Scene, at, brief, decode } = require('./support/scene');

/** Sent at a start at `later` of what was left unsent in the slot from 08:00 on the first day. */
async function sentLater(t, generation, later) {
  const scene = new Scene(t);
  const server = await scene.server();
  const driver = scene.driver({ DLS_GENERATION: generation });
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30'));
  await driver.call('stop');
  await driver.call('start', scene.configuration(later, [server]));
  await driver.call('stop');
  // What was purged is gone for good, even where the clock goes back.
  await driver.call('set_clock', { to: at('2026-03-02 08:00:00') });
  await driver.call('start', scene.configuration('2026-03-02 08:00:00', [server]));
  return server.stored.map(brief);
}

test('DLS sends a report of 29 days', async (t) => {
  assert.deepEqual(await sentLater(t, 'dls', '2026-03-30 08:00:00'), ['08:00:00 QR_CODE×1']);
});

test('DLS sends a report of 30 days to the instant', async (t) => {
  assert.deepEqual(await sentLater(t, 'dls', '2026-03-31 08:03:00'), ['08:00:00 QR_CODE×1']);
});

test('DLS purges a report of 31 days', async (t) => {
  assert.deepEqual(await sentLater(t, 'dls', '2026-04-01 08:03:00'), []);
});

test('DLS purges what a jump of the clock has made too old, before the next tick sends it', async (t) => {
  const scene = new Scene(t);
  const server = await scene.server();
  const driver = scene.driver();
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30'));
  await driver.call('set_clock', { to: at('2026-05-01 08:00:30') });
  await driver.call('advance', { to: at('2026-05-01 09:00:00') });
  assert.deepEqual(server.submissions, []);
});

test('LTS sends a report of 400 days', async (t) => {
  assert.deepEqual(await sentLater(t, 'lts', '2027-04-05 08:00:00'), ['08:00:01 QR_CODE×1']);
});

test('30 days of unsent slots go out at one start, in requests of bounded size', async (t) => {
  const scene = new Scene(t);
  const server = await scene.server();
  const driver = scene.driver();
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('stop');
  const { clientUuid } = server.authorisations[0].message;
  const attribution = { clientUuid, handshakeCode: '200001-demo', organizationId: null, product: 'dbr' };
  const first = Date.parse(at('08:00:00'));
  const store = new ReportStore(scene.device());
  for (let slot = 0; slot < 14_400; slot++) store.count(first + slot * 180_000, attribution, 'QR_CODE', 1);
  store.close();

  await driver.call('start', scene.configuration('2026-03-31 08:00:00', [server]));
  assert.equal(new Set(server.stored.map(({ timeLabel }) => timeLabel)).size, 14_400);
  assert.equal(server.stored.length, 14_400);
  assert.ok(server.submissions.every(({ message }) => message.reports.length <= 500));
  await driver.call('start', scene.configuration('2026-03-31 08:00:00', [server]));
  assert.equal(server.stored.length, 14_400);
});
