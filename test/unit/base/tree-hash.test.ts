// SPDX-License-Identifier: BSD-2-Clause
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { treeHash } from '../../../harness/base/tree-hash.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const files = { 'bin/a!': 'a', 'lib/b': 'b' };

const changes: [what: string, change: (folder: string) => void][] = [
  ['a content', (folder) => writeFileSync(join(folder, 'lib/b'), 'c')],
  ['a name', (folder) => renameSync(join(folder, 'lib/b'), join(folder, 'lib/c'))],
  ['an execute bit', (folder) => chmodSync(join(folder, 'lib/b'), 0o755)],
  ['another file', (folder) => writeFileSync(join(folder, 'lib/c'), '')],
  ['an empty folder', (folder) => mkdirSync(join(folder, 'etc'))],
  ['a link', (folder) => symlinkSync('b', join(folder, 'lib/c'))],
  [
    'a link in place of a file',
    (folder) => {
      rmSync(join(folder, 'lib/b'));
      symlinkSync('../bin/a', join(folder, 'lib/b'));
    },
  ],
];

test('the same folder has the same hash', () =>
  inFolder(files, async (one) =>
    inFolder(files, async (two) => assert.is(await treeHash(one), await treeHash(two))),
  ));

for (const [what, change] of changes) {
  test(`a folder's hash changes with ${what}`, () =>
    inFolder(files, async (folder) => {
      const before = await treeHash(folder);
      change(folder);
      assert.is.not(await treeHash(folder), before);
    }));
}

run();
