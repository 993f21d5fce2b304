// SPDX-License-Identifier: BSD-2-Clause
/** The test runner itself. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { run, test } from '../support/test.js';

const runner = join(packageRoot, 'dist', 'test', 'support', 'runner.js');

/** Runs it; `at` is called with the output so far. */
function runTests(words: readonly string[], at: (out: string, interrupt: () => void) => void = () => {}) {
  const env = { ...process.env };
  delete env.TEST_GREP;
  delete env.TEST_EVENTS_FD;
  const child = spawn(process.execPath, [runner, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  const gather = (bytes: Buffer) => {
    out += bytes.toString();
    at(out, () => child.kill('SIGINT'));
  };
  child.stdout.on('data', gather);
  child.stderr.on('data', gather);
  return new Promise<{ code: number | null; out: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out })),
  );
}

test('--grep runs the one test with that name', async () => {
  const { code, out } = await runTests(['--grep', 'the version is that of package.json']);
  assert.is(code, 0);
  assert.match(out, /unit\/cli\/cli\.test\.ts: 1 passed[^\n]*\n1 passed, 0 failed\n$/);
});

test('--grep without a matching test is an error: nothing was tested', async () => {
  const { code, out } = await runTests([
    'unit/base/disk',
    '--grep',
    'no test has this name, or so one hopes',
  ]);
  assert.is(code, 2);
  assert.match(out, /no test has a name with/);
});

test('an interrupted test run reports its progress, has no verdict, and exits with 130', async () => {
  const { code, out } = await runTests(['unit/base/disk', 'unit/conform/link/link'], (text, interrupt) => {
    if (/unit\/base\/disk/.test(text)) interrupt();
  });
  assert.is(code, 130);
  assert.match(out, /\nINTERRUPTED, no verdict, after 1 of 2 files: \d+ passed, 0 failed\n$/);
});

run();
