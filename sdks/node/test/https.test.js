'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Scene } = require('./support/scene');

const SUPPORT = path.join(__dirname, 'support');
const CERTIFICATE = path.join(SUPPORT, 'server-certificate.pem');

/** The certificate of these tests: self-signed, for 127.0.0.1 alone, with its key beside it. */
function certificate() {
  return { key: fs.readFileSync(path.join(SUPPORT, 'server-key.pem')), cert: fs.readFileSync(CERTIFICATE) };
}

test('an https server gets requests only where caFile vouches for it', async (t) => {
  const scene = new Scene(t);
  const server = await scene.server(certificate());
  const driver = scene.driver();
  const untrusted = await driver.call('start', scene.configuration('08:00:00', [server]));
  assert.equal(untrusted.error.code, -20200);
  assert.deepEqual(server.authorisations, []);
  const trust = { caFile: CERTIFICATE };
  const trusted = await driver.call('start', scene.configuration('08:00:00', [server], trust));
  assert.equal(trusted.authorized, true);
});
