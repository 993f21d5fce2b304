// SPDX-License-Identifier: BSD-2-Clause
/** The decoder of loads and stores beside binutils' disassembler, on random words of every form (Arm ARM, C4.1.66). */
import * as assert from 'uvu/assert';
import { randomOf } from '../../../harness/base/random.js';
import { run, test } from '../../support/test.js';
import { disassemble, fieldsOf } from './disassembled.js';
import { ask, hex } from './subject.js';

/** Mask and value of the fixed bits of a group of encodings, and how many words of it. */
const groups: readonly (readonly [name: string, mask: number, value: number, count: number])[] = [
  ['exclusives, ordered accesses and CAS', 0x3f000000, 0x08000000, 900],
  ['LDAPUR and STLUR', 0x3f200c00, 0x19000000, 200],
  ['literals', 0x3b000000, 0x18000000, 200],
  ['pairs', 0x3a000000, 0x28000000, 500],
  ['unsigned offsets', 0x3b000000, 0x39000000, 300],
  ['unscaled, unprivileged and indexed', 0x3b200000, 0x38000000, 600],
  ['register offsets', 0x3b200c00, 0x38200800, 500],
  ['atomics', 0x3b200c00, 0x38200000, 700],
  ['vector structures', 0xbf000000, 0x0c000000, 600],
  ['vector elements', 0xbf000000, 0x0d000000, 600],
  ['all loads and stores', 0x0a000000, 0x08000000, 1500],
];

for (const [name, mask, value, count] of groups) {
  test(`${name} are decoded as the disassembler does`, async () => {
    const random = randomOf(value + count);
    const words = Array.from(
      { length: count },
      () => ((((random() * 2 ** 32) & ~mask) | value) >>> 0) as number,
    );
    const lines = await disassemble(words);
    const answers = ask(words.map((word) => `decode ${hex(word)}`));
    let known = 0;
    for (const [index, line] of lines.entries()) {
      const expected = fieldsOf(line);
      const answer = answers[index] ?? '';
      if (expected === undefined) continue;
      known += 1;
      if (expected === 'none') {
        assert.is(answer, 'none', line);
        continue;
      }
      const got = new Map(answer.split(' ').map((part) => part.split('=') as [string, string]));
      for (const [field, wanted] of Object.entries(expected))
        assert.is(Number(got.get(field)), wanted, `${line}: ${field} in ${answer}`);
    }
    assert.ok(known > count / 12, `${known} of ${count} words are instructions`);
  });
}

/** Arm ARM, C5.3 and C5.4: op1, CRm and op2 of operations by address. */
const maintenance = new Set([
  ...[0, 1, 2, 3].map((op2) => `0,8,${op2}`), // AT S1E1R, S1E1W, S1E0R, S1E0W
  ...[0, 1].map((op2) => `0,9,${op2}`), // AT S1E1RP, S1E1WP
  '3,5,1', // IC IVAU
  '0,6,1', // DC IVAC
  ...[10, 11, 12, 13, 14].map((crm) => `3,${crm},1`), // DC CVAC, CVAU, CVAP, CVADP, CIVAC
]);

test('of the system instructions, operations by address are decoded, and no others', () => {
  const sys = (op1: number, crm: number, op2: number) =>
    0xd508_7000 | (op1 << 16) | (crm << 8) | (op2 << 5) | 7;
  const all = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((op1) =>
    Array.from({ length: 128 }, (_, n) => [op1, n >> 3, n & 7] as const),
  );
  const answers = ask(all.map(([op1, crm, op2]) => `decode ${hex(sys(op1, crm, op2) >>> 0)}`));
  for (const [index, [op1, crm, op2]] of all.entries()) {
    const name = `${op1},${crm},${op2}`;
    const answer = answers[index] ?? '';
    if (name === '3,4,1')
      assert.match(answer, /^el0=0 kind=4 store=1 bytes=4 registers=1 .* rn=7 /); // DC ZVA
    else if (!maintenance.has(name)) assert.is(answer, 'none', name);
    else {
      const forEl0 = name === '0,8,2' || name === '0,8,3' ? 1 : 0;
      assert.match(answer, new RegExp(`^el0=${forEl0} kind=5 store=0 bytes=1 registers=1 .* rn=7 `), name);
    }
  }
});

run();
