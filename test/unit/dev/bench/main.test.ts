// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import { execa } from 'execa';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../../harness/base/paths.js';
import { run, test } from '../../../support/test.js';

const bench = (...words: string[]) =>
  execa(process.execPath, [join(packageRoot, 'dist', 'harness', 'dev', 'bench', 'main.js'), ...words], {
    reject: false,
  });

test('--help names every benchmark', async () => {
  const { exitCode, stdout } = await bench('--help');
  assert.is(exitCode, 0);
  for (const name of ['overhead', 'boot', 'uptime', 'exits', 'build', 'test']) {
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  }
});

test('an unknown benchmark is a usage error that names the known ones', async () => {
  const { exitCode, stderr } = await bench('--only', 'exits,speed');
  assert.is(exitCode, 2);
  assert.match(stderr, 'no benchmark named speed');
  assert.match(stderr, 'overhead, boot, snapshot, uptime, exits');
});

test('an unknown option is a usage error', async () => {
  const { exitCode, stderr } = await bench('--fast');
  assert.is(exitCode, 2);
  assert.match(stderr, '--fast');
});

test(
  'an interrupted run keeps its figures, reports the interruption, and exits with 130',
  async () => {
    const child = bench('--only', 'conform', '--json');
    child.stderr.on('data', (text: Buffer) => {
      if (/conformance, GICv2/.test(text.toString())) child.kill('SIGINT');
    });
    const { exitCode, stdout, stderr } = await child;
    assert.is(exitCode, 130);
    assert.match(stderr, /INTERRUPTED after 0 of 1 benchmarks/);
    const { outcome, figures } = JSON.parse(stdout);
    assert.is(outcome, 'interrupted');
    assert.equal(figures, []);
  },
  { limit: 120_000 },
);

run();
