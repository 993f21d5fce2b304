// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { makeProgram } from '../../../harness/differential/generate.js';
import { readLog } from '../../../harness/differential/log.js';
import { isEmulated, page, pagesOf } from '../../../harness/differential/pages.js';
import { encodeProgram, type Program } from '../../../harness/differential/program.js';
import {
  actKind,
  endBrk,
  limits,
  maxActs,
  maxWords,
  parFlag,
  target,
} from '../../../harness/differential/protocol.js';
import { actText, slotText } from '../../../harness/differential/text.js';
import { kinds } from '../../../harness/differential/vocabulary/kinds.js';
import { run, test } from '../../support/test.js';

const every = kinds.map(({ name }) => name);
const programOf = (registers: Program['acts']): Program => ({ slots: [], acts: registers });

test('the same seed and number make the same program, other numbers others', () => {
  const vocabulary = { kinds: every, acts: 50, gic: 2 } as const;
  const text = (number: number) => makeProgram(vocabulary, 5, number).acts.map(actText).join('\n');
  assert.is(text(3), text(3));
  assert.is.not(text(3), text(4));
});

test('every program of every kind is within the limits of the guest', () => {
  for (const kind of every)
    for (let number = 0; number < 20; number += 1) {
      const program = makeProgram({ kinds: [kind], acts: 150, gic: 2, cpus: 4 }, 11, number);
      assert.ok(encodeProgram(program).length <= limits.maxRequest, kind);
      assert.ok(program.acts.length + (program.cleaning ?? []).length <= maxActs, kind);
      for (const act of program.acts)
        if (act.kind === 'exec') {
          assert.ok(act.words.length >= 1 && act.words.length <= maxWords, kind);
          assert.is(act.words.length, act.text.length, kind);
        }
    }
});

test('half of the accesses cross a page boundary or end at one, a third run at EL0, many touch an emulated page', () => {
  let border = 0;
  let emulated = 0;
  let user = 0;
  let all = 0;
  for (let number = 0; number < 100; number += 1) {
    const program = makeProgram({ kinds: ['memory'], acts: 50, gic: 2 }, 3, number);
    for (const [place, act] of program.acts.entries()) {
      if (act.kind !== 'exec' || act.access === undefined) continue;
      const { address, bytes } = act.access;
      all += 1;
      if (act.el === 0) user += 1;
      if (((address + bytes) & 0xfff) < bytes) border += 1;
      if (pagesOf(program, place, act.access).some((page) => page && isEmulated(page))) emulated += 1;
    }
  }
  assert.ok(user / all > 0.28 && user / all < 0.4, `EL0: ${user} of ${all}`);
  assert.ok(border / all > 0.45, `border: ${border} of ${all}`);
  assert.ok(emulated / all > 0.3, `emulated: ${emulated} of ${all}`);
});

test('the encoding of an act is compact: instruction, affecting registers, PSTATE', () => {
  const program = programOf([
    {
      kind: 'exec',
      el: 1,
      spX: true,
      pstate: 0x8000_0000,
      simd: false,
      sysregs: false,
      words: [0xb940_0041],
      text: ['ldr w1, [x2]'],
      registers: [{ id: 2, value: { code: 'window', value: -4n } }],
    },
  ]);
  const bytes = [...encodeProgram(program)];
  const pstate = [0x80, 0x80, 0x80, 0x80, 0x08];
  const window = [4, 0xfc, 0xff, 0xff];
  assert.equal(bytes, [0, 0, 1, actKind.exec | parFlag, 7, 0x41, 0, 0x40, 0xb9, 1, 2, ...window, ...pstate]);
});

test('programs of several CPUs use two or all of them, and act on no CPU that is off', () => {
  const masks = new Set<number | undefined>();
  let changes = 0;
  for (let number = 0; number < 60; number += 1) {
    const { cpus, acts, cleaning = [] } = makeProgram({ kinds: every, acts: 50, gic: 3, cpus: 4 }, 7, number);
    masks.add(cpus);
    const on = new Set([0, 1, 2, 3].filter((cpu) => cpu === 0 || (((cpus ?? 0) >> cpu) & 1) === 1));
    for (const act of [...acts, ...cleaning]) {
      const cpu = act.cpu ?? 0;
      if (act.kind === 'off') on.delete(cpu);
      if (act.kind === 'on') on.add(cpu);
      if (act.kind === 'on' || act.kind === 'off') changes += 1;
      else assert.ok(on.has(cpu), actText(act));
    }
  }
  assert.equal([...masks].sort(), [14, 2, 4, 8]);
  assert.ok(changes > 60, String(changes));
});

test('a program of one CPU does not mention any', () => {
  const { cpus, acts } = makeProgram({ kinds: every, acts: 150, gic: 2 }, 7, 1);
  assert.is(cpus, undefined);
  assert.ok(acts.every(({ cpu, kind }) => cpu === undefined && kind !== 'on' && kind !== 'off'));
});

test('acts and pages are shown in the style of an assembler and a debugger', () => {
  const program = makeProgram({ kinds: ['memory'], acts: 1, gic: 2 }, 1, 0);
  assert.match(actText(program.acts[0] as never), /^EL[01]t?: \w+ .*=0x/);
  assert.is(
    slotText({ slot: 31, target: 16, attributes: 0xc120 }),
    'page 0xfffffffffffff000: gicd, attribute 0, EL1 read-only',
  );
});

test('a log is decoded field by field, and a truncated one is refused', () => {
  const program = programOf(makeProgram({ kinds: ['jumps'], acts: 1, gic: 2 }, 1, 0).acts.slice(0, 1));
  const esr = [0x8f, 0x80, 0x80, 0x90, 0x08];
  const log = new Uint8Array([4, ...esr, 1, 0, 0x80, 0x20, 2, 0x2a, 0, 0, 0]);
  const { acts, memory } = readLog(program, log);
  assert.equal(
    [...(acts[0] ?? [])],
    [
      ['vector', 4n],
      ['ESR', 0x8200_000fn],
      ['ELR', -1n],
      ['PSTATE', 0n],
      ['FAR', 0x1000n],
      ['x1', 0x2an],
    ],
  );
  assert.is(memory.get('changed words'), 0n);
  assert.throws(() => readLog(program, log.subarray(0, 5)), /ends too early/);
});

test('the BRK after an act is not an instruction of programs', () => {
  const brk = (0xd420_0000 | (endBrk << 5)) >>> 0;
  for (let number = 0; number < 50; number += 1)
    for (const act of makeProgram({ kinds: every, acts: 50, gic: 2 }, 9, number).acts)
      if (act.kind === 'exec') assert.not.ok(act.words.includes(brk));
});

/**
 * Registers of the distributor that a program restores, or that ignore stores: CTLR to IIDR, priorities,
 * identification.
 */
const putBack = (offset: number) => offset < 0x40 || (offset >= 0x420 && offset < 0x4a0) || offset >= 0xfc0;

test('no store reaches a register of the distributor that is not restored, whatever slots have changed before', () => {
  for (let number = 0; number < 1500; number += 1) {
    const program = makeProgram({ kinds: every, acts: 50, gic: 2 }, 20_000, number);
    for (const [place, act] of program.acts.entries()) {
      if (act.kind !== 'exec' || !act.access?.store) continue;
      const { address, bytes } = act.access;
      const pages = pagesOf(program, place, act.access);
      for (let byte = address; byte < address + bytes; byte += 1) {
        const met = pages[Math.floor(byte / page) - Math.floor(address / page)];
        const offset = byte - Math.floor(byte / page) * page;
        if (met?.target === target.gicd)
          assert.ok(putBack(offset), `program ${number}, act ${place}, offset 0x${offset.toString(16)}`);
      }
    }
  }
});

run();
