'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { DriverProcess } = require('./driver-process');
const { LicenceServer } = require('./licence-server');

/** One test's devices, driver processes and servers; all are gone when the test ends. */
class Scene {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'licence-sdk-'));
  #drivers = [];
  #servers = [];

  /** @param {import('node:test').TestContext} test */
  constructor(test) {
    test.after(() => this.#end());
  }

  /** A device's folder; the SDK makes it. */
  device(name = 'device-a') {
    return path.join(this.#folder, name);
  }

  /** A fresh driver process. */
  driver(environment = {}) {
    const driver = new DriverProcess(environment);
    this.#drivers.push(driver);
    return driver;
  }

  /** A running licence server. */
  async server(tls = null) {
    const server = await LicenceServer.started(tls);
    this.#servers.push(server);
    return server;
  }

  /** The params of a start on the scene's first device. */
  configuration(now, servers, more = {}) {
    return {
      now: at(now), cacheDir: this.device(), servers: servers.map((server) => server.url ?? server),
      handshakeCode: '200001-demo', organizationId: null, sessionPassword: null, productKeys: null,
      timeZone: null, caFile: null, ...more,
    };
  }

  async #end() {
    await Promise.all(this.#drivers.map((driver) => driver.kill()));
    await Promise.all(this.#servers.map((server) => server.stop()));
    fs.rmSync(this.#folder, { recursive: true });
  }
}

/** `08:00:30` on the first day of the tests, or `2026-03-05 08:00:30`, as the contract writes it. */
function at(time) {
  const [day, clock] = time.includes(' ') ? time.split(' ') : ['2026-03-01', time];
  return `${day}T${clock.includes('.') ? clock : `${clock}.000`}Z`;
}

let decoded = 0;

/** The params of an operation that decoded `count` QR codes which nobody has seen before. */
function decode(now, count = 1, more = {}) {
  decoded += 1;
  const content = `secret ${decoded}`;
  return { now: at(now), kind: 'decode', type: 'QR_CODE', count, success: true, content, ...more };
}

/** A report in short: `08:00:00 QR_CODE×2`. */
function brief({ timeLabel, usage }) {
  return `${timeLabel.slice(11, 19)} ${usage.map(({ type, count }) => `${type}×${count}`).join(' ')}`;
}

module.exports = { Scene, at, brief, decode };
