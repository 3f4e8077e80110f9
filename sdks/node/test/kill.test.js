'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Scene, brief } = require('./support/scene');

// One device, many processes, each killed at a moment that a seed decides: while operations stream
// in, at their ticks, in the middle of a start, or while the server holds a request (which it may
// have stored). What the driver acknowledged is certain; what it did not answer any more may count.

const ROUNDS = Number(process.env.KILL_ROUNDS) || 60;
const SEED = Number(process.env.KILL_SEED) || 20260301;
const TYPES = ['QR_CODE', 'CODE_128', '7'];
const SLOT_MS = 180_000;

/** Mulberry32: the same seed gives the same numbers in [0, 1). */
function numbersFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The device's truth: per slot and type, the units that must be stored and those that may be. */
class Truth {
  #units = new Map();

  /** An operation is sent: its units may count, and must once the driver acknowledges it. */
  expect({ now, type, count }, answer) {
    const slot = Math.floor(Date.parse(now) / SLOT_MS) * SLOT_MS;
    const key = `${new Date(slot).toISOString().slice(0, 19)}Z ${type}`;
    const units = this.#units.get(key) ?? { certain: 0, possible: 0 };
    this.#units.set(key, units);
    units.possible += count;
    answer.then(({ performed }) => {
      if (performed) units.certain += count;
      else units.possible -= count;
    });
  }

  /** Fails unless the stored reports hold all certain units and none beyond the possible ones. */
  verify(reports) {
    const stored = new Map();
    for (const { timeLabel, usage } of reports) {
      for (const { type, count } of usage) stored.set(`${timeLabel} ${type}`, count);
    }
    for (const key of new Set([...this.#units.keys(), ...stored.keys()])) {
      const { certain, possible } = this.#units.get(key) ?? { certain: 0, possible: 0 };
      const count = stored.get(key) ?? 0;
      assert.ok(certain <= count && count <= possible, `${key}: ${count} stored, expected ${certain} to ${possible}`);
    }
  }
}

/** The stored reports, one a slot: a second delivery of a slot must be the first one again. */
function withoutRedeliveries(stored) {
  const bySlot = new Map();
  for (const report of stored) {
    const before = bySlot.get(report.timeLabel);
    if (before) assert.equal(JSON.stringify(report), JSON.stringify(before), `${brief(report)} sent again, changed`);
    bySlot.set(report.timeLabel, report);
  }
  return [...bySlot.values()];
}

/** Sends a burst of operations without waiting, and settles when the chosen one is answered or held. */
async function burst(driver, { random, clock, truth, held }) {
  const answers = [];
  for (let left = 1 + Math.floor(random() * 40); left > 0; left--) {
    clock.now += Math.floor(random() * 60_000);
    const operation = {
      now: new Date(clock.now).toISOString(), kind: 'decode', success: true, content: `${clock.now} ${left}`,
      type: TYPES[Math.floor(random() * TYPES.length)], count: 1 + Math.floor(random() * 3),
    };
    const answer = driver.call('operate', operation);
    truth.expect(operation, answer);
    answers.push(answer);
  }
  await Promise.race([held, answers[Math.floor(random() * answers.length)]]);
}

test(`killed ${ROUNDS} times at seeded moments, the device loses and invents nothing`, async (t) => {
  const scene = new Scene(t);
  const server = await scene.server();
  const random = numbersFrom(SEED);
  const choose = (...actions) => actions[Math.floor(random() * actions.length)];
  const clock = { now: Date.parse('2026-03-01T08:00:00.000Z') };
  const truth = new Truth();
  const configuration = () => scene.configuration('08:00:00', [server], { now: new Date(clock.now).toISOString() });

  for (let round = 0; round < ROUNDS; round++) {
    server.authorisation = choose('grant', 'grant', 'grant', 'hold');
    server.usage = choose('accept', 'accept', 'fail', 'drop', 'hold');
    const held = new Promise((resolve) => { server.onHold = resolve; });
    const driver = scene.driver();
    const started = driver.call('start', configuration());
    // Now and then the kill comes while the start is still under way.
    if (random() < 0.8) await Promise.race([held, started]);
    await burst(driver, { random, clock, truth, held });
    await driver.kill();
    clock.now += Math.floor(random() * 2 * SLOT_MS);
  }

  Object.assign(server, { authorisation: 'grant', usage: 'accept' });
  clock.now += SLOT_MS;
  const driver = scene.driver();
  assert.equal((await driver.call('start', configuration())).authorized, true);
  assert.equal(await driver.close(), 0);

  truth.verify(withoutRedeliveries(server.stored));
  const messages = [...server.authorisations.map(({ message }) => message), ...server.stored];
  assert.equal(new Set(messages.map(({ clientUuid }) => clientUuid)).size, 1);
  t.diagnostic(`seed ${SEED}: ${server.stored.length} reports stored, ${server.submissions.length} submissions`);
});
