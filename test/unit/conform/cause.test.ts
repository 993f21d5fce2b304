// SPDX-License-Identifier: BSD-2-Clause
/** Which failures have one cause. */
import * as assert from 'uvu/assert';
import { causeOf } from '../../../harness/conform/cause.js';
import { allRules, robustRules, type Step } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const [rule] = allRules;
if (rule === undefined) throw new Error('there is no rule');
const steps: Step[] = [
  { op: 'init', cpu: 0 },
  { op: 'take', vcpu: 0 },
];

const seen = (got: string, step = 0) =>
  causeOf({ broken: { rule, step, expected: 'INTID 32', got }, seen: [] }, steps);
const died = (output: string) =>
  causeOf(
    { broken: { rule: robustRules.memory, step: 0, expected: '', got: 'it died' }, seen: [], output },
    steps,
  );

test('causes differ by words and kind of step, not by numbers', () => {
  assert.is(seen('GICD_ISPENDR7 reads 0x200'), seen('GICD_ISPENDR2 reads 0x1'));
  assert.is.not(seen('INTID 5'), seen('nothing'));
  assert.is.not(seen('INTID 5', 0), seen('INTID 5', 1));
});

test('two places at which a sanitizer stops the program are two causes, one place with other numbers is one', () => {
  const asan = (place: string) =>
    died(`==7==ERROR: x\nSUMMARY: AddressSanitizer: SEGV ${place} in f\n==7==ABORTING`);
  assert.is(asan('a.c:1:2'), asan('a.c:1:2'));
  assert.is.not(asan('a.c:1:2'), asan('a.c:9:2'));
  const ubsan = (line: number, index: number) =>
    died(`a.c:${line}:3: runtime error: index ${index} out of bounds for type 'int[4]'`);
  assert.is(ubsan(4, 7), ubsan(4, 9));
  assert.is.not(ubsan(4, 7), ubsan(5, 7));
});

test('an assertion is identified by its line, whatever else was printed', () => {
  const line = "Failed assertion 'x < 4' at a.c:12 in function f";
  assert.is(died(`noise\n${line}\nmore`), died(`other noise vmm|${line}\n`));
  assert.is.not(died(line), died(line.replace('12', '13')));
});

run();
