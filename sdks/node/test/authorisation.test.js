'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Scene, at, brief, decode } = require('./support/scene');

const NOBODY = 'http://127.0.0.1:9';

async function sceneOf(t, environment = {}) {
  const scene = new Scene(t);
  return { scene, driver: scene.driver(environment), main: await scene.server(), standby: await scene.server() };
}

function codeOf({ authorized, error }) {
  return authorized ? 0 : error.code;
}

for (const failure of ['fail', 'standBy', 'garble', 'drop']) {
  test(`the standby authorises where main is unreachable (${failure}), and gets the reports`, async (t) => {
    const { scene, driver, main, standby } = await sceneOf(t);
    main.authorisation = failure;
    const started = await driver.call('start', scene.configuration('08:00:00', [main, standby]));
    assert.equal(started.authorized, true);
    assert.deepEqual([main, standby].map(({ authorisations }) => authorisations.length), [1, 1]);
    await driver.call('operate', decode('08:00:30'));
    await driver.call('advance', { to: at('08:03:00') });
    assert.deepEqual(standby.stored.map(brief), ['08:00:00 QR_CODE×1']);
    assert.deepEqual(main.submissions, []);
  });
}

test('a main server that hangs costs the request time-out, then the standby authorises', async (t) => {
  const { scene, driver, main, standby } = await sceneOf(t, { DLS_REQUEST_TIMEOUT_MS: '50' });
  main.authorisation = 'hold';
  const started = await driver.call('start', scene.configuration('08:00:00', [main, standby]));
  assert.equal(started.authorized, true);
});

test('the main server is asked first, and alone where it grants', async (t) => {
  const { scene, driver, main, standby } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [main, standby]));
  assert.deepEqual([main, standby].map(({ authorisations }) => authorisations.length), [1, 0]);
});

test('reports are kept while the server that granted is down', async (t) => {
  const { scene, driver, main, standby } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [main, standby]));
  await driver.call('operate', decode('08:00:30'));
  main.usage = 'fail';
  await driver.call('advance', { to: at('08:09:00') });
  main.usage = 'accept';
  await driver.call('start', scene.configuration('08:10:00', [main, standby]));
  assert.deepEqual(standby.submissions, []);
  assert.deepEqual(main.stored.map(brief), ['08:00:00 QR_CODE×1']);
});

test('a refusal is final: no standby, its code, and no work after it', async (t) => {
  const { scene, driver, main, standby } = await sceneOf(t);
  main.authorisation = 'refuse';
  const started = await driver.call('start', scene.configuration('08:00:00', [main, standby]));
  assert.deepEqual(started, { authorized: false, error: { code: -20120, message: 'over' }, nextTimer: null });
  assert.deepEqual(standby.authorisations, []);
  const refused = await driver.call('operate', decode('08:00:30'));
  assert.deepEqual(refused, { performed: false, error: started.error, nextTimer: null });
  main.authorisation = 'grant';
  await driver.call('start', scene.configuration('09:00:00', [main]));
  assert.deepEqual(main.submissions, []);
});

test('a valid local licence does without a server until it ends', async (t) => {
  const { scene, driver, main } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [main]));
  await driver.call('operate', decode('08:00:30'));
  main.authorisation = 'fail';
  const starts = [];
  for (const now of ['2026-03-08 07:59:59', '2026-03-08 08:00:00']) {
    starts.push(codeOf(await driver.call('start', scene.configuration(now, [main]))));
  }
  assert.deepEqual(starts, [0, -20200]);
});

test('a local licence is for its own selector, and outlives a change of it', async (t) => {
  const { scene, driver, main } = await sceneOf(t);
  const other = { handshakeCode: '200001-other' };
  await driver.call('start', scene.configuration('08:00:00', [main]));
  const offline = await driver.call('start', scene.configuration('08:01:00', [NOBODY], other));
  assert.equal(codeOf(offline), -20200);
  await driver.call('start', scene.configuration('08:02:00', [main], other));
  assert.equal(codeOf(await driver.call('start', scene.configuration('08:03:00', [NOBODY]))), 0);
});

test('a refusal ends the local licence', async (t) => {
  const { scene, driver, main } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [main]));
  main.authorisation = 'refuse';
  await driver.call('start', scene.configuration('08:01:00', [main]));
  assert.equal(codeOf(await driver.call('start', scene.configuration('08:02:00', [NOBODY]))), -20200);
});

test('without server and local licence LTS fails with -20003', async (t) => {
  const { scene, driver } = await sceneOf(t, { DLS_GENERATION: 'lts' });
  assert.equal(codeOf(await driver.call('start', scene.configuration('08:00:00', [NOBODY]))), -20003);
});

test('the client UUID of a failed first start is kept', async (t) => {
  const { scene, driver, main } = await sceneOf(t);
  main.authorisation = 'refuse';
  await driver.call('start', scene.configuration('08:00:00', [main]));
  await driver.kill();
  main.authorisation = 'grant';
  await scene.driver().call('start', scene.configuration('09:00:00', [main]));
  const uuids = main.authorisations.map(({ message }) => message.clientUuid);
  assert.equal(uuids[0], uuids[1]);
});

for (const selector of [{ handshakeCode: 'x' }, { handshakeCode: null, organizationId: '200001' }]) {
  test(`product keys together with ${JSON.stringify(selector)} are refused without a request`, async (t) => {
    const { scene, driver, main } = await sceneOf(t);
    const configuration = scene.configuration('08:00:00', [main], { ...selector, productKeys: 't0068' });
    assert.equal(codeOf(await driver.call('start', configuration)), -20006);
    assert.deepEqual(main.authorisations, []);
  });
}

test('a cache folder that cannot be made fails the start with -20002', async (t) => {
  const { scene, driver, main } = await sceneOf(t);
  const configuration = scene.configuration('08:00:00', [main], { cacheDir: `${__filename}/device` });
  assert.equal(codeOf(await driver.call('start', configuration)), -20002);
});
