// SPDX-License-Identifier: BSD-2-Clause
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import { type CpioEntry, cpio } from '../../../guest-builder/linux/cpio.js';
import { run, test } from '../../support/test.js';

const entries: CpioEntry[] = [
  { kind: 'directory', path: 'bin', mode: 0o755 },
  { kind: 'file', path: 'bin/tool', mode: 0o755, data: Buffer.from('odd') },
  { kind: 'symlink', path: 'bin/sh', target: 'tool' },
  { kind: 'character device', path: 'console', mode: 0o600, major: 5, minor: 1 },
];

test('cpio lists the entries with their kinds, modes, owners and sizes', () => {
  const { stdout } = execaSync('cpio', ['-itv', '--numeric-uid-gid', '--quiet'], { input: cpio(entries) });
  const lines = stdout
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').replace(/[A-Z][a-z]{2} \d+ \d{4} /, ''));
  assert.equal(lines, [
    'drwxr-xr-x 2 0 0 0 bin',
    '-rwxr-xr-x 1 0 0 3 bin/tool',
    'lrwxrwxrwx 1 0 0 4 bin/sh -> tool',
    'crw------- 1 0 0 5, 1 console',
  ]);
});

test('cpio returns the bytes of a file', () => {
  const { stdout } = execaSync('cpio', ['-i', '--to-stdout', '--quiet', 'bin/tool'], {
    input: cpio(entries),
  });
  assert.is(stdout, 'odd');
});

test('the same entries make the same bytes', () => {
  assert.ok(cpio(entries).equals(cpio(entries)));
});

run();
