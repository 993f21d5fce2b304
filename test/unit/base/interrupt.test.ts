// SPDX-License-Identifier: BSD-2-Clause
/** What Ctrl-C does to a program of the harness, once and twice. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { run, test } from '../../support/test.js';

/** A program that runs the code in `then` when it is interrupted. */
function program(then: string) {
  const text = `
    import { onInterrupt } from '${join(packageRoot, 'dist/harness/base/interrupt.js')}';
    const alive = setInterval(() => {}, 60_000);
    onInterrupt().addEventListener('abort', () => { ${then} });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const says = (word: string) =>
    new Promise<void>((resolve) => {
      const look = () => out.includes(word) && resolve();
      child.stdout.on('data', (bytes: Buffer) => {
        out += bytes.toString();
        look();
      });
      look();
    });
  return { child, ended, says };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} lets a program end in order`, async () => {
    const { child, ended, says } = program(
      "clearInterval(alive); console.log('in order'); process.exitCode = 7;",
    );
    await says('ready');
    child.kill(signal);
    await says('in order');
    assert.is(await ended, 7);
  });
}

test('a second Ctrl-C ends a program that does not end in order, at once, with 130', async () => {
  const { child, ended, says } = program("console.log('takes its time')");
  await says('ready');
  child.kill('SIGINT');
  await says('takes its time');
  child.kill('SIGINT');
  assert.is(await ended, 130);
});

run();
