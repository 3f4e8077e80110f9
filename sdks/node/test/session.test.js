'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Scene, at, brief, decode } = require('./support/scene');

async function sceneOf(t, environment = {}) {
  const scene = new Scene(t);
  return { scene, driver: scene.driver(environment), server: await scene.server() };
}

test('an authorised session reports each closed slot at the ticks from its start', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  const started = await driver.call('start', scene.configuration('08:01:00', [server]));
  assert.deepEqual(started, { authorized: true, error: null, nextTimer: at('08:04:00') });
  await driver.call('operate', decode('08:01:30', 2));
  await driver.call('operate', decode('08:02:30', 1, { type: 'CODE_128' }));
  const performed = await driver.call('operate', decode('08:03:30'));
  assert.deepEqual(performed, { performed: true, error: null, nextTimer: at('08:04:00') });
  assert.deepEqual(await driver.call('advance', { to: at('08:04:00') }), { nextTimer: at('08:07:00') });
  assert.deepEqual(server.stored.map(brief), ['08:00:00 QR_CODE×2 CODE_128×1']);
  await driver.call('advance', { to: at('08:20:00') });
  assert.deepEqual(server.submissions.map(({ message }) => message.reports.map(brief)),
    [['08:00:00 QR_CODE×2 CODE_128×1'], ['08:03:00 QR_CODE×1']]);
  assert.deepEqual(await driver.call('stop'), {});
  assert.equal(await driver.close(), 0);
});

test('messages carry what open-json asks for, below the server URL with its prefix', async (t) => {
  const { scene, driver, server } = await sceneOf(t, { DLS_PRODUCT: 'dlr' });
  const configuration = scene.configuration('08:00:00', [`${server.url}/licence/`], { sessionPassword: 'pw' });
  await driver.call('start', configuration);
  await driver.call('operate', decode('08:00:00', 3));
  await driver.call('advance', { to: at('08:03:00') });
  const [{ method, path, message }] = server.authorisations;
  assert.deepEqual([method, path], ['POST', '/licence/dls/authorization']);
  const { clientUuid, binding, ...rest } = message;
  assert.match(clientUuid, /^[0-9a-f-]{36}$/);
  assert.equal(binding.kind, 'process-name');
  assert.deepEqual(rest, {
    handshakeCode: '200001-demo', organizationId: null, sessionPassword: 'pw', product: 'dlr', generation: 'dls',
    deploymentType: 'server', chargeWay: 'auto', instances: 1, alias: null,
  });
  assert.equal(server.submissions[0].path, '/licence/dls/usage');
  assert.deepEqual(server.stored, [{
    timeLabel: '2026-03-01T08:00:00Z', handshakeCode: '200001-demo', clientUuid, product: 'dlr',
    usage: [{ type: 'QR_CODE', count: 3 }],
  }]);
});

test('a failed operation counts nothing, and without usage nothing is sent', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  const failed = await driver.call('operate', decode('08:00:30', 5, { success: false }));
  assert.equal(failed.performed, true);
  await driver.call('operate', decode('08:00:31', 0));
  await driver.call('advance', { to: at('09:00:00') });
  assert.deepEqual(server.submissions, []);
});

test('a boundary instant belongs to the later slot in DLS', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:03:00', 2));
  await driver.call('advance', { to: at('08:09:00') });
  assert.deepEqual(server.stored.map(brief), ['08:03:00 QR_CODE×2']);
});

test('a boundary instant belongs to the earlier slot in LTS, midnight included', async (t) => {
  const { scene, driver, server } = await sceneOf(t, { DLS_GENERATION: 'lts' });
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:03:00', 2));
  await driver.call('operate', decode('08:03:01', 3));
  await driver.call('operate', decode('2026-03-02 00:00:00', 4));
  await driver.call('advance', { to: at('2026-03-02 00:10:00') });
  assert.deepEqual(server.stored.map(brief),
    ['08:00:01 QR_CODE×2', '08:03:01 QR_CODE×3', '23:57:01 QR_CODE×4']);
  assert.equal(server.authorisations[0].message.generation, 'lts');
});

for (const failure of ['fail', 'garble', 'drop']) {
  test(`a submission that failed (${failure}) waits for the next start, and newer usage does not`, async (t) => {
    const { scene, driver, server } = await sceneOf(t);
    await driver.call('start', scene.configuration('08:00:00', [server]));
    await driver.call('operate', decode('08:00:30', 2));
    server.usage = failure;
    await driver.call('advance', { to: at('08:03:00') });
    server.usage = 'accept';
    await driver.call('operate', decode('08:03:30', 1));
    await driver.call('advance', { to: at('09:00:00') });
    await driver.call('stop');
    const sent = server.submissions.map(({ message }) => message.reports);
    assert.deepEqual(sent.map((reports) => reports.map(brief)), [['08:00:00 QR_CODE×2'], ['08:03:00 QR_CODE×1']]);

    await driver.call('start', scene.configuration('09:00:30', [server]));
    await driver.call('advance', { to: at('09:30:00') });
    assert.equal(server.submissions.length, 3);
    assert.deepEqual(server.submissions[2].message.reports, sent[0]);
  });
}

test('a report whose answer was lost goes out again with the same bytes, after a crash too', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30', 2, { type: '7' }));
  await driver.call('operate', decode('08:00:40', 1, { type: '1' }));
  server.usage = 'drop';
  await driver.call('advance', { to: at('08:03:00') });
  // The clock goes back into the slot that was sent: its new units must not touch what was sent.
  await driver.call('set_clock', { to: at('08:01:00') });
  await driver.call('operate', decode('08:01:30', 5));
  await driver.kill();

  server.usage = 'accept';
  await scene.driver().call('start', scene.configuration('09:00:00', [server]));
  const [first, ...resent] = server.stored.map((report) => JSON.stringify(report));
  assert.equal(resent[0], first);
  assert.deepEqual(server.stored.slice(1).map(brief), ['08:00:00 7×2 1×1', '08:00:00 QR_CODE×5']);
});

test('stopped and started again within a slot, its units go out in one report', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30', 2));
  await driver.call('stop');
  await driver.call('start', scene.configuration('08:01:00', [server]));
  await driver.call('operate', decode('08:01:30', 3));
  // Without a stop between: a restart in the same process.
  await driver.call('start', scene.configuration('08:02:00', [server]));
  await driver.call('operate', decode('08:02:30', 4));
  await driver.call('advance', { to: at('08:05:00') });
  assert.deepEqual(server.stored.map(brief), ['08:00:00 QR_CODE×9']);
});

test('a clock that is set moves labels, and no running timer', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('advance', { to: at('08:01:20') });
  assert.deepEqual(await driver.call('set_clock', { to: at('05:00:00') }), { nextTimer: at('05:01:40') });
  await driver.call('operate', decode('05:00:10'));
  await driver.call('advance', { to: at('05:04:40') });
  assert.deepEqual(server.stored.map(brief), ['05:00:00 QR_CODE×1']);
});

test('two devices in one process keep their identities and their usage apart', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  const second = { cacheDir: scene.device('device-b') };
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30', 2));
  await driver.call('start', scene.configuration('08:01:00', [server], second));
  await driver.call('operate', decode('08:01:30', 3));
  await driver.call('advance', { to: at('08:04:00') });
  await driver.call('start', scene.configuration('08:05:00', [server]));
  const [a, b, again] = server.authorisations.map(({ message }) => message.clientUuid);
  assert.notEqual(a, b);
  assert.equal(again, a);
  assert.deepEqual(server.stored.map(({ clientUuid, usage }) => [clientUuid, usage[0].count]), [[b, 3], [a, 2]]);
});

test('a kept report keeps the code under which its usage was done', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30'));
  await driver.call('stop');
  await driver.call('start', scene.configuration('09:00:00', [server], { handshakeCode: '200001-other' }));
  await driver.call('operate', decode('09:00:30'));
  await driver.call('advance', { to: at('09:03:00') });
  assert.deepEqual(server.stored.map(({ handshakeCode }) => handshakeCode), ['200001-demo', '200001-other']);
});

test('with an organization ID alone, reports carry the code that the grant named', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  const byOrganization = { handshakeCode: null, organizationId: '200001' };
  await driver.call('start', scene.configuration('08:00:00', [server], byOrganization));
  await driver.call('operate', decode('08:00:30'));
  // The second session runs on the local licence, which names the code as well.
  server.authorisation = 'fail';
  await driver.call('start', scene.configuration('08:01:00', [server], byOrganization));
  await driver.call('operate', decode('08:01:30'));
  await driver.call('advance', { to: at('08:04:00') });
  assert.deepEqual(server.stored.map(({ handshakeCode, usage }) => [handshakeCode, usage[0].count]),
    [['200001-demo', 2]]);
});

test('content is neither sent nor stored', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  await driver.call('operate', decode('08:00:30', 1, { content: 'top-secret' }));
  await driver.call('stop');
  const { readdirSync, readFileSync } = require('node:fs');
  const kept = readdirSync(scene.device()).map((name) => readFileSync(`${scene.device()}/${name}`, 'utf8')).join();
  await driver.call('start', scene.configuration('08:04:00', [server]));
  assert.match(kept, /QR_CODE/);
  assert.doesNotMatch(kept + JSON.stringify(server.stored), /top-secret/);
});

test('the same content within three seconds counts once, each sight anew; other content or type counts', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  await driver.call('start', scene.configuration('08:00:00', [server]));
  const seen = (time, content, type = 'QR_CODE') => driver.call('operate', decode(time, 1, { content, type }));
  await seen('08:00:10', 'a');
  await seen('08:00:12.900', 'a');
  await seen('08:00:15.800', 'a');
  await seen('08:00:15.800', 'b');
  await seen('08:00:15.800', 'a', 'CODE_128');
  await seen('08:00:18.900', 'a');
  await driver.call('advance', { to: at('08:03:00') });
  assert.deepEqual(server.stored.map(brief), ['08:00:00 QR_CODE×3 CODE_128×1']);
});

test('pages are no video: each counts, whatever is on it', async (t) => {
  const { scene, driver, server } = await sceneOf(t, { DLS_PRODUCT: 'dwt' });
  await driver.call('start', scene.configuration('08:00:00', [server]));
  for (const time of ['08:00:10', '08:00:11']) {
    await driver.call('operate', decode(time, 1, { type: 'scanned', content: 'a' }));
  }
  await driver.call('advance', { to: at('08:03:00') });
  assert.deepEqual(server.stored.map(brief), ['08:00:00 scanned×2']);
});

test('labels are the same in every time zone', async (t) => {
  const { scene, driver, server } = await sceneOf(t);
  for (const [time, timeZone] of [['08:00:00', 'Asia/Kathmandu'], ['09:00:00', 'America/St_Johns'], ['10:00:00', null]]) {
    await driver.call('start', scene.configuration(time, [server], { timeZone }));
    await driver.call('operate', decode(time.replace('00:00', '01:00')));
    await driver.call('advance', { to: at(time.replace('00:00', '05:00')) });
  }
  assert.deepEqual(server.stored.map(brief),
    ['08:00:00 QR_CODE×1', '09:00:00 QR_CODE×1', '10:00:00 QR_CODE×1']);
});
