'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Scene, at, decode } = require('./support/scene');

test('describe says what the environment asked for', async (t) => {
  const scene = new Scene(t);
  const dls = await scene.driver().call('describe');
  assert.deepEqual([dls.contract, dls.generation, dls.product, dls.clock], [1, 'dls', 'dbr', 'injected']);
  assert.ok(dls.capabilities.includes('organization-id'));
  const lts = await scene.driver({ DLS_GENERATION: 'lts', DLS_PRODUCT: 'dwt' }).call('describe');
  assert.deepEqual([lts.generation, lts.product], ['lts', 'dwt']);
  assert.ok(!lts.capabilities.includes('organization-id'));
});

test('what is no request of the contract gets a JSON-RPC error', async (t) => {
  const driver = new Scene(t).driver();
  for (const method of ['made_up', 'constructor']) {
    await assert.rejects(driver.call(method), { code: -32601 });
  }
  await assert.rejects(driver.call('advance', { to: 'noon' }), { code: -32602 });
  for (const [line, code] of [['{"jsonrpc":', -32700], ['[]', -32600], ['null', -32600]]) {
    const answer = driver.strayAnswer();
    driver.sendLine(line);
    assert.equal((await answer).code, code);
  }
});

test('without a session nothing is performed, and stop and advance do nothing', async (t) => {
  const driver = new Scene(t).driver();
  assert.deepEqual(await driver.call('stop'), {});
  assert.deepEqual(await driver.call('advance', { to: at('08:00:00') }), { nextTimer: null });
  const { performed, error } = await driver.call('operate', decode('08:00:30'));
  assert.deepEqual([performed, error.code], [false, -20009]);
});

test('a count that is none is the caller\'s fault', async (t) => {
  const scene = new Scene(t);
  const driver = scene.driver();
  await driver.call('start', scene.configuration('08:00:00', [await scene.server()]));
  for (const count of [-1, 0.5, '2', null]) {
    await assert.rejects(driver.call('operate', decode('08:00:30', count)), { code: -32602 });
  }
});

test('the end of stdin ends the process well, in a session and after all that was asked', async (t) => {
  const scene = new Scene(t);
  const server = await scene.server();
  const driver = scene.driver();
  driver.call('start', scene.configuration('08:00:00', [server]));
  driver.call('operate', decode('08:00:30'));
  driver.call('advance', { to: at('08:03:00') });
  assert.equal(await driver.close(), 0);
  assert.equal(server.stored.length, 1);
});
