// SPDX-License-Identifier: BSD-2-Clause
/** The table explains differences of an interrupt that the program has changed too late, and of no other. */
import assert from 'node:assert/strict';
import { compare } from '../../../harness/differential/compare.js';
import { knownDifferences } from '../../../harness/differential/known/known.js';
import type { Log } from '../../../harness/differential/log.js';
import type { Act, Exec, Value } from '../../../harness/differential/program.js';
import { plainExec } from '../../../harness/differential/vocabulary/scene.js';
import { run, test } from '../../support/test.js';

const u32 = (value: number): Value => ({ code: 'u32', value: BigInt(value >>> 0) });

function gic(offset: number, value: number, byte = false): Exec {
  return {
    ...plainExec,
    words: [byte ? 0x3900_0001 : 0xb900_0001],
    text: [byte ? 'strb w1, [x0]' : 'str w1, [x0]'],
    registers: [
      { id: 0, value: { code: 'gicd', value: BigInt(offset) } },
      { id: 1, value: u32(value) },
    ],
  };
}

const timer: Exec = {
  ...plainExec,
  words: [0xd51b_e322],
  text: ['msr cntv_ctl_el0, x2'],
  registers: [{ id: 2, value: u32(1) }],
};
const nop: Exec = { ...plainExec, words: [0xd503_201f], text: ['nop'], registers: [] };
const none = 0x3ffn;

/** Whether the table explains that the last act has observed `bare` and `vmm`. */
function explained(acts: readonly Act[], bare: Record<string, bigint>, vmm: Record<string, bigint>): boolean {
  const log = (last: Record<string, bigint>): Log => ({
    acts: acts.map((_, place) => new Map(place === acts.length - 1 ? Object.entries(last) : [])),
    memory: new Map(),
  });
  return compare({ slots: [], acts }, log(bare), log(vmm), knownDifferences).difference === undefined;
}

const take: Act = { kind: 'take' };
const enable = gic(0x10c, 1 << 1);
const pend = gic(0x20c, 1 << 1);
const [intid, other] = [97n, 98n];

test('an interrupt that was disabled after it was pending may still be taken, another one not', () => {
  const acts = [enable, pend, gic(0x18c, 1 << 1), take];
  assert.ok(explained(acts, { 'INTID 1': none }, { 'INTID 1': intid, 'INTID 2': none }));
  assert.ok(!explained(acts, { 'INTID 1': none }, { 'INTID 1': other, 'INTID 2': none }));
  assert.ok(!explained([enable, pend, take], { 'INTID 1': none }, { 'INTID 1': intid, 'INTID 2': none }));
});

test('an interrupt that was made pending twice may be taken twice', () => {
  const twice = { 'INTID 1': intid, 'INTID 2': intid, 'INTID 3': none };
  const once = { 'INTID 1': intid, 'INTID 2': none };
  assert.ok(explained([enable, pend, pend, take], once, twice));
  assert.ok(!explained([enable, pend, take], once, twice));
});

test('where such an interrupt ends an act, all that the act has not done may differ', () => {
  const acts = [gic(0xf00, 2 << 24), gic(0xf00, 2 << 24), nop];
  const bare = { vector: 4n, ESR: 0xf200_0d1fn, x2: 1n };
  const vmm = { vector: 5n, ESR: 0n };
  assert.ok(explained(acts, bare, { ...vmm, INTID: 0n }));
  assert.ok(!explained(acts, bare, { ...vmm, INTID: 1n }));
});

test('a timer that is set once cannot be late, one that is set again can', () => {
  const bare = { vector: 4n };
  const vmm = { vector: 5n, INTID: 27n };
  assert.ok(!explained([timer, nop], bare, vmm));
  assert.ok(explained([timer, timer, nop], bare, vmm));
});

test('the order of interrupts is open if their priorities are equal', () => {
  const [bare, vmm] = [
    { 'INTID 1': intid, 'INTID 2': other },
    { 'INTID 1': other, 'INTID 2': intid },
  ];
  const both = gic(0x20c, 6);
  assert.ok(explained([both, take], bare, vmm));
  assert.ok(!explained([gic(0x400 + 97, 0x80, true), both, take], bare, vmm));
  assert.ok(!explained([pend, take], bare, vmm));
});

test('an interrupt whose priority was changed too late moves others, which were not changed', () => {
  const acts = [gic(0xf00, 2 << 24), gic(0xf00, (2 << 24) | 7), gic(0x400, 0x40, true), nop];
  assert.ok(explained(acts, { vector: 5n, INTID: 7n }, { vector: 5n, INTID: 0n }));
  assert.ok(!explained([...acts.slice(0, 2), nop], { vector: 5n, INTID: 7n }, { vector: 5n, INTID: 1n }));
});

test('on a GICv3 priorities of one of four levels are as good as equal, on a GICv2 they are not', () => {
  const frame: Exec = {
    ...gic(0x1_0100, 1 << 20),
    registers: [{ id: 0, value: { code: 'gicr', value: 0x1_0100n } }],
  };
  const acts = [gic(0x400 + 97, 0x08, true), gic(0x20c, 6), take];
  const [bare, vmm] = [
    { 'INTID 1': other, 'INTID 2': intid },
    { 'INTID 1': intid, 'INTID 2': other },
  ];
  assert.ok(explained([frame, ...acts], bare, vmm));
  assert.ok(!explained(acts, bare, vmm));
  assert.ok(!explained([frame, gic(0x400 + 97, 0x40, true), ...acts.slice(1)], bare, vmm));
});

test('bits of a pending register are explained for the interrupts that were changed only', () => {
  const load: Exec = {
    ...plainExec,
    words: [0xb940_0002],
    text: ['ldr w2, [x0]'],
    registers: [{ id: 0, value: { code: 'gicd', value: 0x20cn } }],
  };
  const acts = [enable, pend, gic(0x28c, 1 << 1), load];
  assert.ok(explained(acts, { x2: 0n }, { x2: 2n }));
  assert.ok(!explained(acts, { x2: 0n }, { x2: 6n }));
});

run();
