// SPDX-License-Identifier: BSD-2-Clause
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { explainDisk, makeFolder, writeChanged } from '../../../harness/base/disk.js';
import { ConsoleLog } from '../../../harness/machine/console-log.js';
import { makeRunFolder } from '../../../harness/verdict/folder.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** A user who owns nothing: `nobody` when the test runs as root. */
const nobody = 65_534;

test('a full disk is reported in plain words', async () => {
  // Every write to /dev/full fails with ENOSPC.
  const work = writeFile('/dev/full', 'x').catch((error) => {
    throw explainDisk(error, '/dev', 'give another with --runs DIR');
  });
  const error = await refusal(work);
  assert.equal([error.exitCode, error.message], [3, 'the disk is full']);
  assert.is(error.detail.wayOut, 'free some space there, or give another with --runs DIR');
});

test('a console log on a full disk ends the run, and the error names the file', () =>
  inFolder({}, async (folder) => {
    symlinkSync('/dev/full', join(folder, 'console.timed.log'));
    const error = await refusal(() => new ConsoleLog(folder));
    assert.is(error.exitCode, 3);
    assert.match(
      error.explain(),
      /console\.timed\.log: the console log could not be written\n.*no space left/,
    );
  }));

test('a folder that may not be written is an error with the way out', () =>
  inFolder({}, async (folder) => {
    const runs = join(folder, 'runs');
    mkdirSync(runs);
    chmodSync(folder, 0o755);
    chmodSync(runs, 0o555);
    const { seteuid, geteuid } = process;
    const root = geteuid?.() === 0;
    if (root) seteuid?.(nobody);
    try {
      const error = await refusal(makeRunFolder(runs, 'board', 'minikit'));
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), /a folder cannot be written[\s\S]*permission denied[\s\S]*--runs DIR/);
    } finally {
      if (root) seteuid?.(0);
    }
  }));

test('an error that is not a disk fault passes through', () => {
  const error = new TypeError('x');
  assert.is(explainDisk(error, '/'), error);
});

test('a file whose content stays the same is not written, so that its dependents stay up to date', () =>
  inFolder({ x: 'abc' }, async (folder) => {
    const file = join(folder, 'x');
    const before = statSync(file);
    await writeChanged(file, 'abc');
    assert.equal([statSync(file).ino, statSync(file).mtimeMs], [before.ino, before.mtimeMs]);
    await writeChanged(file, Buffer.from('abd'));
    assert.is(readFileSync(file, 'utf8'), 'abd');
    assert.equal(readdirSync(folder), ['x']);
    await writeChanged(join(folder, 'new'), '');
    assert.is(readFileSync(join(folder, 'new'), 'utf8'), '');
  }));

test('a file that cannot be put in place leaves no draft behind', () =>
  inFolder({ 'x/y': '' }, async (folder) => {
    await writeChanged(join(folder, 'x'), 'abc').then(
      () => assert.unreachable(),
      () => assert.equal(readdirSync(folder), ['x']),
    );
  }));

test('a folder is made with those above it, and /proc refuses one instead of never ending', () =>
  inFolder({ file: '' }, async (folder) => {
    const deep = join(folder, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    assert.ok(existsSync(deep));
    for (const [path, code] of [
      ['/proc/x', 'ENOENT'],
      ['/proc/x/y', 'ENOENT'],
      [join(folder, 'file'), 'EEXIST'],
      [join(folder, 'file', 'x'), 'ENOTDIR'],
    ] as const)
      assert.throws(
        () => makeFolder(path),
        (error: NodeJS.ErrnoException) => error.code === code,
        path,
      );
  }));

run();
