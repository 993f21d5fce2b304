// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { branchesOf } from '../../../harness/dev/coverage/branches.js';
import { coverageText } from '../../../harness/dev/coverage/report-text.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

test('a branch has the text of its condition, even over several lines, and both directions', () =>
  inFolder({ 'a.c': 'if (a <\n    b) {\n' }, (folder) => {
    const branches = branchesOf({ filename: join(folder, 'a.c'), branches: [[1, 5, 2, 6, 7, 0]] }, 'gic/a.c');
    assert.deepEqual(branches, [
      { file: 'gic/a.c', line: 1, condition: 'a < b', way: 'true', times: 7 },
      { file: 'gic/a.c', line: 1, condition: 'a < b', way: 'false', times: 0 },
    ]);
  }));

const branch = { file: 'a.c', line: 3, condition: 'x', way: 'true', times: 0 } as const;

test('untaken branches are listed unless they have a reason, and those are counted', () => {
  const branches = [branch, { ...branch, way: 'false' as const, times: 2 }];
  const text = coverageText(branches, []);
  assert.match(text, /a\.c:3: never true: x\n/);
  assert.match(text, /50\.0 % +1 of 2/);
  assert.match(text, /1 branches are never taken, 1 of them without a known reason/);
  const known = coverageText(branches, [{ file: 'a.c', condition: 'x', never: 'true', why: 'it is so' }]);
  assert.doesNotMatch(known, /never true/);
  assert.match(known, /0 of them without a known reason\n1 of them: it is so/);
  assert.match(coverageText(branches, [{ file: 'a.c', never: 'false', why: '' }]), /never true: x/);
});

run();
