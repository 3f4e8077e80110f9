'use strict';

const { once } = require('node:events');
const http = require('node:http');

const GRANT = {
  authorized: true, token: 't', handshakeCode: '200001-demo', licenceItemId: 'item-1',
  validUntil: '2026-03-08T08:00:00.000Z',
};

/**
 * What the server does with a request:
 * - `grant`, `accept`: the positive answers of the two paths
 * - `refuse`: code 120; `standBy`: code 100; `fail`: 500; `garble`: 200 with a cut body
 * - `drop`: reads the request and closes without an answer; for usage the reports count as stored
 * - `hold`: tells `onHold` and never answers
 */
const ACTIONS = {
  grant: ({ response, grant }) => respond(response, 200, grant),
  accept: ({ response, message }) => respond(response, 200, { accepted: true, reports: message.reports.length }),
  refuse: ({ response }) => respond(response, 403, { authorized: false, error: { code: 120, message: 'over' } }),
  standBy: ({ response }) => respond(response, 503, { authorized: false, error: { code: 100, message: 'standby' } }),
  fail: ({ response }) => respond(response, 500, { accepted: true }),
  garble: ({ response }) => response.end('{"accepted": tr'),
  drop: ({ response }) => response.socket.destroy(),
  hold: ({ server }) => server.onHold(),
};
const STORING = new Set(['accept', 'drop', 'hold']);

/** A licence server that does as it is told and remembers what it was asked. */
class LicenceServer {
  authorisation = 'grant';
  usage = 'accept';
  grant = { ...GRANT };
  onHold = () => {};
  authorisations = [];
  submissions = [];
  stored = [];
  #http;

  /** Starts one on a free port of 127.0.0.1; `tls` is `{ key, cert }` for https. */
  static async started(tls = null) {
    const server = new LicenceServer();
    const { createServer } = tls ? require('node:https') : http;
    server.#http = createServer(tls ?? {}, (request, response) => server.#serve(request, response));
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    server.url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.#http.address().port}`;
    return server;
  }

  /** Stops listening and drops every connection. */
  async stop() {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  async #serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const isUsage = request.url.endsWith('/dls/usage');
    (isUsage ? this.submissions : this.authorisations).push({ method: request.method, path: request.url, message });
    const action = isUsage ? this.usage : this.authorisation;
    if (isUsage && STORING.has(action)) this.stored.push(...message.reports);
    ACTIONS[action]({ response, message, grant: this.grant, server: this });
  }
}

function respond(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

module.exports = { LicenceServer };
