// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeProgram } from '../../../harness/differential/generate.js';
import { protocolHash } from '../../../harness/differential/header.js';
import { readReplay, writeReplay } from '../../../harness/differential/replay-file.js';
import { kinds } from '../../../harness/differential/vocabulary/kinds.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

test('a program survives writing and reading', () =>
  inFolder({}, async (folder) => {
    const program = makeProgram({ kinds: kinds.map(({ name }) => name), acts: 50, gic: 2 }, 2, 1);
    const file = join(folder, 'one.json');
    writeFileSync(file, writeReplay(program, { seed: 2 }));
    assert.equal(readReplay(file), program);
  }));

const protocol = protocolHash().toString(16);
const exec = {
  kind: 'exec',
  el: 1,
  spX: true,
  pstate: 0,
  simd: false,
  sysregs: false,
  text: [],
  registers: [],
};
const holds = (program: unknown) => JSON.stringify({ protocol, program });

for (const [fault, text] of [
  ['that holds nothing', 'null'],
  ['of acts that are none', holds({ slots: [], acts: [null] })],
  ['of an unknown kind of act', holds({ slots: [], acts: [{ kind: 'constructor' }] })],
  [
    'of more instructions than an act has',
    holds({ slots: [], acts: [{ ...exec, words: Array(8).fill(0) }] }),
  ],
  [
    'of a register that does not exist',
    holds({ slots: [], acts: [{ ...exec, words: [0], registers: [{ id: '__proto__' }] }] }),
  ],
  ['of more acts than a byte counts', holds({ slots: [], acts: Array(256).fill({ kind: 'take' }) })],
  ['of another version', '{"protocol": "1", "program": {"slots": [], "acts": []}}'],
  ['without a program', '{"protocol": "1"}'],
  ['that is no JSON', 'hello'],
] as const)
  test(`a replay file ${fault} is refused as a usage error, with the way out`, () =>
    inFolder({}, async (folder) => {
      const file = join(folder, 'one.json');
      writeFileSync(file, text);
      const error = await refusal(() => readReplay(file));
      assert.is(error.fault, 'usage');
      assert.ok(error.detail.wayOut);
    }));

test('a replay file that is a FIFO is refused without waiting for it', () =>
  inFolder({}, async (folder) => {
    const file = join(folder, 'fifo');
    execFileSync('mkfifo', [file]);
    assert.is((await refusal(() => readReplay(file))).detail.got, 'a FIFO');
  }));

run();
