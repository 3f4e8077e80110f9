'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ReportStore } = require('../lib/report-store');

const ATTRIBUTION = { clientUuid: 'u', handshakeCode: 'é-code', organizationId: null, product: 'dbr' };

function emptyFolder(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'licence-sdk-store-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

function contentOf(store) {
  return JSON.stringify(store.reports().map((report) => report.toFields()));
}

test('a journal cut at any byte opens as the last whole event left it', (t) => {
  const folder = emptyFolder(t);
  const file = path.join(folder, 'reports.jsonl');
  const store = new ReportStore(folder);
  const states = new Map([[0, contentOf(store)]]);
  const noteState = () => states.set(fs.statSync(file).size, contentOf(store));
  const first = store.count(0, ATTRIBUTION, 'QR_CODE', 2);
  noteState();
  for (const change of [
    () => store.count(0, ATTRIBUTION, '7', 1),
    () => store.count(180_000, ATTRIBUTION, 'QR_CODE', 1),
    () => store.seal([first]),
    () => store.count(0, ATTRIBUTION, 'QR_CODE', 9),
    () => store.remove([first]),
  ]) {
    change();
    noteState();
  }
  store.close();

  const whole = fs.readFileSync(file);
  let expected;
  for (let length = 0; length <= whole.length; length++) {
    fs.writeFileSync(file, whole.subarray(0, length));
    expected = states.get(length) ?? expected;
    const reopened = new ReportStore(folder);
    assert.equal(contentOf(reopened), expected, `cut at byte ${length}`);
    reopened.close();
  }
});

test('a report that may have been sent never changes again, in a later session either', (t) => {
  const folder = emptyFolder(t);
  const before = new ReportStore(folder);
  const sent = before.count(0, ATTRIBUTION, 'QR_CODE', 2);
  before.seal([sent]);
  before.close();
  // Opened twice: once from the events as they happened, once from the rewritten file.
  new ReportStore(folder).close();
  const after = new ReportStore(folder);
  after.count(0, ATTRIBUTION, 'QR_CODE', 3);
  after.close();
  assert.deepEqual(after.reports().map(({ usage }) => [...usage]), [[['QR_CODE', 2]], [['QR_CODE', 3]]]);
});

test('the file of a device with nothing left to send is empty', (t) => {
  const folder = emptyFolder(t);
  const store = new ReportStore(folder);
  for (let slot = 0; slot < 100; slot++) store.remove([store.count(slot * 180_000, ATTRIBUTION, 'QR_CODE', 1)]);
  store.close();
  assert.equal(fs.statSync(path.join(folder, 'reports.jsonl')).size, 0);
});
