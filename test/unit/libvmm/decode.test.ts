// SPDX-License-Identifier: BSD-2-Clause
/** The decoder of loads and stores, on the output of the assembler (Arm ARM, C4.1.66). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { assemble } from './assemble.js';
import { ask, hex } from './subject.js';

const usual = {
  kind: 0,
  el0: 0,
  store: 0,
  registers: 1,
  sign: 0,
  to64: 0,
  pc: 0,
  rn: 1,
  offset: 0,
  rm: -1,
  shift: 0,
  writeback: 0,
};
type Field = keyof typeof usual | 'bytes' | 'rt' | 'rt2' | 'rs' | 'extend' | 'step';
type Fields = Partial<Record<Field, number>>;
const exclusive = 1;
const atomic = 2;
const simd = 3;
const zeroBlock = 4;
const maintenance = 5;

const decoded: Record<string, [string, Fields][]> = {
  'plain loads are known by size, sign and width': [
    ['ldrb w2, [x1]', { bytes: 1, rt: 2 }],
    ['ldrh w2, [x1]', { bytes: 2, rt: 2 }],
    ['ldr w2, [x1]', { bytes: 4, rt: 2 }],
    ['ldr x2, [x1]', { bytes: 8, rt: 2, to64: 1 }],
    ['ldrsb w2, [x1]', { bytes: 1, rt: 2, sign: 1 }],
    ['ldrsb x2, [x1]', { bytes: 1, rt: 2, sign: 1, to64: 1 }],
    ['ldrsh w2, [x1]', { bytes: 2, rt: 2, sign: 1 }],
    ['ldrsh x2, [x1]', { bytes: 2, rt: 2, sign: 1, to64: 1 }],
    ['ldrsw x2, [x1]', { bytes: 4, rt: 2, sign: 1, to64: 1 }],
    ['ldr wzr, [sp]', { bytes: 4, rt: 31, rn: 31 }],
  ],
  'plain stores are known by size': [
    ['strb w2, [x1]', { bytes: 1, rt: 2, store: 1 }],
    ['strh w2, [x1]', { bytes: 2, rt: 2, store: 1 }],
    ['str wzr, [x1]', { bytes: 4, rt: 31, store: 1 }],
    ['str x30, [x1]', { bytes: 8, rt: 30, store: 1, to64: 1 }],
  ],
  'immediate offsets scale, go both ways, and write back before or after': [
    ['ldr w2, [x1, #16380]', { bytes: 4, rt: 2, offset: 16380 }],
    ['strb w2, [x1, #4095]', { bytes: 1, rt: 2, store: 1, offset: 4095 }],
    ['ldur w2, [x1, #-256]', { bytes: 4, rt: 2, offset: -256 }],
    ['sttr x2, [x1, #255]', { bytes: 8, rt: 2, store: 1, to64: 1, offset: 255, el0: 1 }],
    ['ldtrsw x2, [x1, #-1]', { bytes: 4, rt: 2, sign: 1, to64: 1, offset: -1, el0: 1 }],
    ['ldr w2, [x1], #-4', { bytes: 4, rt: 2, offset: 0, writeback: 1, step: -4 }],
    ['ldr w2, [x1, #8]!', { bytes: 4, rt: 2, offset: 8, writeback: 1, step: 8 }],
    ['strh w2, [sp, #-16]!', { bytes: 2, rt: 2, rn: 31, store: 1, offset: -16, writeback: 1, step: -16 }],
  ],
  'register offsets extend and scale': [
    ['ldr w2, [x1, x3]', { bytes: 4, rt: 2, rm: 3, extend: 3 }],
    ['ldr w2, [x1, x3, lsl #2]', { bytes: 4, rt: 2, rm: 3, extend: 3, shift: 2 }],
    ['ldr x2, [x1, w3, uxtw #3]', { bytes: 8, rt: 2, to64: 1, rm: 3, extend: 2, shift: 3 }],
    ['strb w2, [x1, w3, sxtw]', { bytes: 1, rt: 2, store: 1, rm: 3, extend: 6 }],
    ['strh w2, [x1, x3, sxtx #1]', { bytes: 2, rt: 2, store: 1, rm: 3, extend: 7, shift: 1 }],
  ],
  'pairs move two registers, with every index': [
    ['ldp w2, w3, [x1, #-256]', { bytes: 4, registers: 2, rt: 2, rt2: 3, offset: -256 }],
    ['stp x2, xzr, [x1, #504]', { bytes: 8, registers: 2, rt: 2, rt2: 31, store: 1, to64: 1, offset: 504 }],
    ['ldp x2, x3, [x1], #16', { bytes: 8, registers: 2, rt: 2, rt2: 3, to64: 1, writeback: 1, step: 16 }],
    [
      'stp w2, w3, [x1, #-8]!',
      { bytes: 4, registers: 2, rt: 2, rt2: 3, store: 1, offset: -8, writeback: 1, step: -8 },
    ],
    ['ldnp x2, x3, [x1, #16]', { bytes: 8, registers: 2, rt: 2, rt2: 3, to64: 1, offset: 16 }],
    ['ldpsw x2, x3, [x1, #4]', { bytes: 4, registers: 2, rt: 2, rt2: 3, sign: 1, to64: 1, offset: 4 }],
  ],
  'a literal lies relative to the pc': [
    ['ldr w2, . + 4096', { bytes: 4, rt: 2, pc: 1, offset: 4096, rn: 0 }],
    ['ldr x2, . - 4', { bytes: 8, rt: 2, to64: 1, pc: 1, offset: -4 }],
    ['ldrsw x2, . + 8', { bytes: 4, rt: 2, sign: 1, to64: 1, pc: 1, offset: 8 }],
  ],
  'ordered accesses are plain, exclusive ones say where the status goes': [
    ['ldar w2, [x1]', { bytes: 4, rt: 2 }],
    ['ldarb w2, [x1]', { bytes: 1, rt: 2 }],
    ['stlr x2, [x1]', { bytes: 8, rt: 2, store: 1, to64: 1 }],
    ['ldapr w2, [x1]', { bytes: 4, rt: 2 }],
    ['ldapur w2, [x1, #-4]', { bytes: 4, rt: 2, offset: -4 }],
    ['stlurh w2, [x1, #2]', { bytes: 2, rt: 2, store: 1, offset: 2 }],
    ['ldxr w2, [x1]', { kind: exclusive, bytes: 4, rt: 2 }],
    ['ldaxrh w2, [x1]', { kind: exclusive, bytes: 2, rt: 2 }],
    ['stlxr w4, x2, [x1]', { kind: exclusive, bytes: 8, rt: 2, store: 1, to64: 1, rs: 4 }],
    ['ldxp x2, x3, [x1]', { kind: exclusive, bytes: 8, registers: 2, rt: 2, rt2: 3, to64: 1 }],
    ['stxp w4, w2, w3, [x1]', { kind: exclusive, bytes: 4, registers: 2, rt: 2, rt2: 3, store: 1, rs: 4 }],
  ],
  'read-modify-write is told apart': [
    ['ldadd w4, w2, [x1]', { kind: atomic, bytes: 4 }],
    ['ldumaxlb w4, w2, [x1]', { kind: atomic, bytes: 1 }],
    ['swpal x4, x2, [x1]', { kind: atomic, bytes: 8 }],
    ['cas w4, w2, [x1]', { kind: atomic, bytes: 4 }],
    ['casp x4, x5, x2, x3, [x1]', { kind: atomic, bytes: 8, registers: 2 }],
    ['caspal w4, w5, w2, w3, [x1]', { kind: atomic, bytes: 4, registers: 2 }],
  ],
  'SIMD and floating-point registers are told apart, with their address': [
    ['ldr q2, [x1, #16]', { kind: simd, bytes: 16, offset: 16 }],
    ['str d2, [x1, #8]', { kind: simd, bytes: 8, store: 1, offset: 8 }],
    ['ldr s2, [x1], #4', { kind: simd, bytes: 4, writeback: 1, step: 4 }],
    ['stp q2, q3, [x1, #-32]', { kind: simd, bytes: 16, registers: 2, store: 1, offset: -32 }],
    ['ldr q2, . + 16', { kind: simd, bytes: 16, pc: 1, offset: 16 }],
    ['ldr s2, . + 16', { kind: simd, bytes: 4, pc: 1, offset: 16 }],
    ['ld1 {v2.16b}, [x1]', { kind: simd, bytes: 16, registers: 1 }],
    ['ld1 {v2.8b-v4.8b}, [x1], x3', { kind: simd, bytes: 8, registers: 3 }],
    ['st2 {v2.4s, v3.4s}, [x1]', { kind: simd, store: 1, bytes: 16, registers: 2 }],
    ['ld3 {v2.2d-v4.2d}, [x1]', { kind: simd, bytes: 16, registers: 3 }],
    ['st4 {v2.4s-v5.4s}, [x1], #64', { kind: simd, store: 1, bytes: 16, registers: 4 }],
    ['ld1 {v2.s}[1], [x1]', { kind: simd, bytes: 4, registers: 1 }],
    ['st3 {v2.b-v4.b}[9], [x1]', { kind: simd, store: 1, bytes: 1, registers: 3 }],
    ['ld4 {v2.d-v5.d}[1], [x1]', { kind: simd, bytes: 8, registers: 4 }],
    ['ld2 {v2.h, v3.h}[3], [x1], x4', { kind: simd, bytes: 2, registers: 2 }],
    ['ld1r {v2.4s}, [x1]', { kind: simd, bytes: 4, registers: 1 }],
    ['ld4r {v2.8h-v5.8h}, [x1]', { kind: simd, bytes: 2, registers: 4 }],
  ],
  'DC ZVA is a store of a block': [['dc zva, x1', { kind: zeroBlock, store: 1, bytes: 4, rn: 1 }]],
  'maintenance by address is told apart': [
    ['dc ivac, x1', { kind: maintenance, bytes: 1, rn: 1 }],
    ['dc cvac, x1', { kind: maintenance, rn: 1 }],
    ['dc cvau, x2', { kind: maintenance, rn: 2 }],
    ['dc civac, xzr', { kind: maintenance, rn: 31 }],
    ['ic ivau, x1', { kind: maintenance, rn: 1 }],
    ['at s1e1r, x1', { kind: maintenance, el0: 0, rn: 1 }],
    ['at s1e0w, x1', { kind: maintenance, el0: 1, rn: 1 }],
  ],
  'unprivileged loads and stores are told apart': [
    ['ldtr w2, [x1]', { bytes: 4, rt: 2, el0: 1 }],
    ['sttrb w2, [x1, #-1]', { bytes: 1, rt: 2, store: 1, offset: -1, el0: 1 }],
    ['ldtrsh x2, [x1]', { bytes: 2, rt: 2, sign: 1, to64: 1, el0: 1 }],
  ],
};

for (const [name, forms] of Object.entries(decoded)) {
  test(name, async () => {
    const words = await assemble(forms.map(([text]) => text));
    const answers = ask(words.map((word) => `decode ${hex(word)}`));
    forms.forEach(([text, fields], i) => {
      const plain = fields.kind === undefined && fields.pc === undefined;
      const expected: Record<string, number> = { ...(plain ? usual : {}), ...fields };
      const got = new Map((answers[i] ?? '').split(' ').map((pair) => pair.split('=') as [string, string]));
      if (fields.pc) delete expected.rn;
      for (const [field, value] of Object.entries(expected)) {
        assert.is(Number(got.get(field)), value, `${text}: ${field} in ${answers[i]}`);
      }
    });
  });
}

test('an instruction that is not a load or store is not decoded', async () => {
  const lines = [
    'nop',
    'add x0, x1, x2',
    'b .',
    'prfm pldl1keep, [x1]',
    'dc cisw, x1',
    'ic iallu',
    'sys #3, c7, c9, #1, x1',
    'mrs x0, midr_el1',
    'svc #0',
  ];
  const words = await assemble(lines);
  const answers = ask([...words, 0, 0xffff_ffff].map((word) => `decode ${hex(word)}`));
  assert.equal(
    answers,
    [...lines, '', ''].map(() => 'none'),
  );
});

test('the decoder accepts every word', () => {
  const words = Array.from({ length: 20_000 }, (_, i) => (Math.imul(i + 1, 0x9e37_79b1) >>> 0) as number);
  for (const answer of ask(words.map((word) => `decode ${hex(word)}`))) {
    if (answer === 'none') continue;
    const bytes = Number(/bytes=(\d+)/.exec(answer)?.[1]);
    assert.ok([1, 2, 4, 8, 16].includes(bytes), answer);
  }
});

run();
