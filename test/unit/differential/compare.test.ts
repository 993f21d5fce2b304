// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { compare, signature } from '../../../harness/differential/compare.js';
import type { Known } from '../../../harness/differential/known/context.js';
import type { Log } from '../../../harness/differential/log.js';
import type { Program } from '../../../harness/differential/program.js';
import { differenceText } from '../../../harness/differential/text.js';
import { run, test } from '../../support/test.js';

const program: Program = { slots: [], acts: [{ kind: 'take' }, { kind: 'take' }] };
const log = (first: Record<string, bigint>, second: Record<string, bigint> = {}): Log => ({
  acts: [new Map(Object.entries(first)), new Map(Object.entries(second))],
  memory: new Map([['changed words', 0n]]),
});
const entry = (field: string, ends = false): Known => ({
  id: field,
  why: '',
  source: '',
  ends,
  explains: ({ difference }) => difference.fields.every((differing) => differing.field === field),
});

test('identical logs have no difference', () => {
  assert.is(compare(program, log({ x1: 1n }), log({ x1: 1n }), []).difference, undefined);
});

test('the first act that differs is shown, with fields that only one log has', () => {
  const { difference } = compare(program, log({ x1: 1n }, { x2: 1n }), log({ x1: 1n }, { x3: 2n }), []);
  assert.is(difference?.place, 1);
  assert.equal(differenceText(difference as never, 'vmm'), ['    bare  vmm', 'x2  0x1   -', 'x3  -     0x2']);
});

test('a known difference is counted and passed over, an unknown kind is not', () => {
  const bare = log({ x1: 1n }, { x2: 1n });
  const vmm = log({ x1: 2n }, { x2: 2n });
  const { difference, known } = compare(program, bare, vmm, [entry('x1')]);
  assert.is(difference?.place, 1);
  assert.equal(
    known.map(({ id }) => id),
    ['x1'],
  );
});

test('two table entries together can explain one difference, if no field remains', () => {
  const [bare, vmm] = [log({ x1: 1n, x2: 1n }), log({ x1: 2n, x2: 2n })];
  const both = compare(program, bare, vmm, [entry('x1'), entry('x2')]);
  assert.is(both.difference, undefined);
  assert.equal(
    both.known.map(({ id }) => id),
    ['x1', 'x2'],
  );
  assert.is(compare(program, bare, vmm, [entry('x1')]).difference?.place, 0);
});

test('after a known difference that affects later acts nothing more is compared', () => {
  const { difference } = compare(program, log({ x1: 1n }, { x2: 1n }), log({ x1: 2n }, { x2: 2n }), [
    entry('x1', true),
  ]);
  assert.is(difference, undefined);
});

test('memory at the end is compared too', () => {
  const vmm = { ...log({}), memory: new Map([['changed words', 1n]]) };
  assert.is(compare(program, log({}), vmm, []).difference?.place, 2);
});

test('the kind of a difference does not depend on which registers the program happens to use', () => {
  const kind = (field: string) =>
    signature(compare(program, log({ [field]: 1n }), log({ [field]: 2n }), []).difference as never);
  assert.is(kind('x3'), kind('x17'));
  assert.is.not(kind('x3'), kind('FAR'));
});

run();
