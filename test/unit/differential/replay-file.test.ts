// SPDX-License-Identifier: BSD-2-Clause
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeProgram } from '../../../harness/differential/generate.js';
import { readReplay, writeReplay } from '../../../harness/differential/replay-file.js';
import { kinds } from '../../../harness/differential/vocabulary/kinds.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

test('a program is read back as it was written', () =>
  inFolder({}, async (folder) => {
    const program = makeProgram({ kinds: kinds.map(({ name }) => name), acts: 50, gic: 2 }, 2, 1);
    const file = join(folder, 'one.json');
    writeFileSync(file, writeReplay(program, { seed: 2 }));
    assert.equal(readReplay(file), program);
  }));

for (const [fault, text] of [
  ['of another version', '{"protocol": "1", "program": {"slots": [], "acts": []}}'],
  ['without a program', '{"protocol": "1"}'],
  ['that is no JSON', 'hello'],
] as const)
  test(`a replay file ${fault} is refused as wrong use, with the way out`, () =>
    inFolder({}, async (folder) => {
      const file = join(folder, 'one.json');
      writeFileSync(file, text);
      const error = await refusal(() => readReplay(file));
      assert.is(error.fault, 'usage');
      assert.ok(error.detail.wayOut);
    }));

run();
