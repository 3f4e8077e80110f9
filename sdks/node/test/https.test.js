'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Scene } = require('./support/scene');

/** A self-signed certificate for 127.0.0.1, or `null` where there is no openssl to make it. */
function maybeCertificate(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'licence-sdk-tls-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const [keyFile, certFile] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=mock',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return { certFile, key: fs.readFileSync(keyFile), cert: fs.readFileSync(certFile) };
}

test('an https server gets requests only where caFile vouches for it', async (t) => {
  const certificate = maybeCertificate(t);
  if (certificate === null) return t.skip('needs openssl');
  const scene = new Scene(t);
  const server = await scene.server(certificate);
  const driver = scene.driver();
  const untrusted = await driver.call('start', scene.configuration('08:00:00', [server]));
  assert.equal(untrusted.error.code, -20200);
  assert.deepEqual(server.authorisations, []);
  const trust = { caFile: certificate.certFile };
  const trusted = await driver.call('start', scene.configuration('08:00:00', [server], trust));
  assert.equal(trusted.authorized, true);
});
