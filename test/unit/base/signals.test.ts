// SPDX-License-Identifier: BSD-2-Clause
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';

const signals = new URL('../../../harness/base/signals.js', import.meta.url).href;

/** A program that handles signals in its own way, and then computes for ever. */
const program = `
  import { endedBySignals, endingSignals } from '${signals}';
  import { writeSync } from 'node:fs';
  for (const signal of endingSignals) process.on(signal, () => process.exit(99));
  await endedBySignals(() => {});
  const kept = endingSignals.every((signal) => process.listenerCount(signal) === 1);
  await endedBySignals(() => {
    writeSync(1, String(kept));
    for (;;);
  });
`;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} ends a computation that fills a whole turn of the event loop`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const [kept] = await once(child.stdout, 'data');
    child.kill(signal);
    const [code, endedBy] = await once(child, 'exit');
    assert.equal([String(kept), code, endedBy], ['true', null, signal]);
  });
}

run();
