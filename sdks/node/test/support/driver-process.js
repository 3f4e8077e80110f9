'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const FOLDER = join(__dirname, '..', '..');

/** The real driver in a process of its own, spoken to over stdio. */
class DriverProcess {
  #child;
  #waiting = new Map();
  #nextId = 1;

  /** @param {Record<string, string>} [environment] */
  constructor(environment = {}) {
    this.#child = spawn(process.execPath, ['driver.js'], {
      cwd: FOLDER,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.exit = once(this.#child, 'exit');
    // A killed process' pipe breaks; the test that killed it knows.
    this.#child.stdin.on('error', () => {});
    createInterface(this.#child.stdout).on('line', (line) => this.#settle(JSON.parse(line)));
  }

  /** Sends a request without waiting; resolves with its result, rejects with the JSON-RPC error. */
  call(method, params = {}) {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.sendLine(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return answer;
  }

  /** Sends one raw line; an answer to no request goes to `strayAnswer`. */
  sendLine(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next answer whose id is no request's of ours. */
  strayAnswer() {
    return new Promise((resolve) => this.#waiting.set(null, { resolve, reject: resolve }));
  }

  /** Ends stdin; resolves with the exit code. */
  async close() {
    this.#child.stdin.end();
    const [code] = await this.exit;
    return code;
  }

  /** SIGKILL; resolves when the process is gone. Unanswered calls stay unanswered. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.exit;
  }

  #settle({ id, result, error }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) reject(error);
    else resolve(result);
  }
}

module.exports = { DriverProcess };
