'use strict';

// A server that is standing by, or under maintenance, says nothing about the licence.
const STANDING_BY = 100;

/**
 * How asking for authorisation ended.
 *
 * @typedef {{ kind: 'granted', server: string, grant: object }
 *   | { kind: 'refused', code: number, message: string }
 *   | { kind: 'unreachable' }} Outcome
 */

/**
 * Asks the servers in order, each at most once, until one grants or refuses.
 *
 * A refusal is final: the next server is asked only where this one could not be reached.
 *
 * @param {import('./transport').Transport} transport
 * @param {string[]} servers  main first
 * @param {object} request
 * @returns {Promise<Outcome>}
 */
async function askAuthorisation(transport, servers, request) {
  for (const server of servers) {
    const outcome = outcomeOf(server, await transport.post(server, '/dls/authorization', request));
    if (outcome.kind !== 'unreachable') return outcome;
  }
  return { kind: 'unreachable' };
}

function outcomeOf(server, answer) {
  if (answer?.status === 200 && answer.body?.authorized === true) {
    return { kind: 'granted', server, grant: answer.body };
  }
  const { code, message } = answer?.body?.error ?? {};
  if (!Number.isInteger(code) || code === STANDING_BY) return { kind: 'unreachable' };
  return { kind: 'refused', code, message: String(message ?? 'The licence server refused.') };
}

module.exports = { askAuthorisation };
