#!/usr/bin/env node
'use strict';

// The driver: puts the SDK in lib/ under a harness' control, over stdin and stdout.
// DLS_GENERATION and DLS_PRODUCT say what to be; DLS_REQUEST_TIMEOUT_MS is real time.

const { serve } = require('./driver/json-rpc');
const { Methods } = require('./driver/methods');
const { generationNamed } = require('./lib/grid');

async function main(environment) {
  const methods = new Methods({
    generation: generationNamed(environment.DLS_GENERATION || 'dls').name,
    product: environment.DLS_PRODUCT || 'dbr',
    requestTimeoutMs: Number(environment.DLS_REQUEST_TIMEOUT_MS) || undefined,
  });
  process.stdin.setEncoding('utf8');
  await serve(process.stdin, (line) => process.stdout.write(line), methods.table());
  await methods.stop();
}

main(process.env);
