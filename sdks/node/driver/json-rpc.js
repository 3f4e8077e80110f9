'use strict';

/** Params that do not fit the method: JSON-RPC error -32602. */
class InvalidParams extends Error {}

/**
 * Answers JSON-RPC 2.0 requests, one message a line, strictly one at a time, until the input ends.
 *
 * @param {AsyncIterable<string>} input
 * @param {(line: string) => void} write  takes one line, its break included
 * @param {Map<string, (params: object) => unknown>} methods
 */
async function serve(input, write, methods) {
  for await (const line of linesOf(input)) {
    if (line.trim() === '') continue;
    const answer = await answerTo(line, methods);
    if (answer !== null) write(`${JSON.stringify(answer)}\n`);
  }
}

async function* linesOf(input) {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  yield rest;
}

async function answerTo(line, methods) {
  let request;
  try {
    request = JSON.parse(line);
  } catch (error) {
    return failure(null, -32700, `Parse error: ${error.message}`);
  }
  if (typeof request?.method !== 'string') return failure(null, -32600, 'Invalid Request: no method');
  const answer = await call(request, methods);
  // A request without an id is a notification: it is carried out, and not answered.
  return request.id === undefined ? null : answer;
}

async function call({ id, method, params }, methods) {
  const handler = methods.get(method);
  if (!handler) {
    return failure(id, -32601, `Method not found: ${method}; there are ${[...methods.keys()].join(', ')}`);
  }
  try {
    return { jsonrpc: '2.0', id, result: await handler(params ?? {}) };
  } catch (error) {
    const isCallersFault = error instanceof InvalidParams || error instanceof RangeError;
    return failure(id, isCallersFault ? -32602 : -32603, error.message);
  }
}

function failure(id, code, message) {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

module.exports = { InvalidParams, serve };
