// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { type Limit, limits, showLimit } from '../../../harness/base/limits.js';
import { readRegularFile } from '../../../harness/base/read-file.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const limit: Limit = { of: 'a test file', most: 2048, unit: 'bytes', why: 'a test' };

/** The message and the `got` of the error that refuses a path. */
function refusalOf(path: string): [string, string | undefined] {
  try {
    readRegularFile(path, { what: 'the file', limit });
  } catch (error) {
    if (error instanceof HarnessError) return [error.message, error.detail.got];
    throw error;
  }
  throw new Error(`${path} was read`);
}

test('a file up to its limit is read; one byte more is refused', () =>
  inFolder({ full: 'x'.repeat(2048), more: 'x'.repeat(2049), empty: '' }, (folder) => {
    assert.is(readRegularFile(join(folder, 'full'), { what: 'the file', limit }).length, 2048);
    assert.is(readRegularFile(join(folder, 'empty'), { what: 'the file', limit }).length, 0);
    assert.equal(refusalOf(join(folder, 'more')), ['the file is too large', '2049 bytes']);
  }));

test('a file whose size is no guide is read to its end', () => {
  assert.match(
    readRegularFile('/proc/self/status', { what: 'the file', limit: limits.lab }).toString(),
    /^Name:/,
  );
});

test('a large sparse file is refused before it is read', () =>
  inFolder({ sparse: '' }, (folder) => {
    truncateSync(join(folder, 'sparse'), 2 ** 40);
    assert.equal(refusalOf(join(folder, 'sparse')), ['the file is too large', `${2 ** 40} bytes`]);
  }));

test('a path that is not a regular file is named and never waited for', () =>
  inFolder({}, (folder) => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(join(folder, 'folder'));
    symlinkSync('pipe', join(folder, 'link'));
    const refused = ['the file is not a regular file'];
    assert.equal(refusalOf(pipe), [...refused, 'a FIFO']);
    assert.equal(refusalOf(join(folder, 'link')), [...refused, 'a FIFO']);
    assert.equal(refusalOf(join(folder, 'folder')), [...refused, 'a folder']);
    assert.equal(refusalOf('/dev/zero'), [...refused, 'a device']);
    assert.equal(refusalOf(join(folder, 'none')), ['the file cannot be read', 'no such file or directory']);
  }));

test('a link to a regular file is followed: the user named it', () =>
  inFolder({ file: 'text' }, (folder) => {
    symlinkSync('file', join(folder, 'link'));
    writeFileSync(join(folder, 'file'), 'other');
    assert.is(readRegularFile(join(folder, 'link'), { what: 'the file', limit }).toString(), 'other');
  }));

test('limits are shown in the unit that fits', () => {
  assert.is(showLimit(limits.description), '16 MiB');
  assert.is(showLimit(limits.sdkVersion), '4 KiB');
  assert.is(showLimit(limits.programMemory), '1 GiB');
  assert.is(showLimit(limits.programSymbols), '500,000');
});

run();
