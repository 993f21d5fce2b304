// SPDX-License-Identifier: BSD-2-Clause
/**
 * Loads and stores without the MMU, in either byte order. The address is a physical one, all memory is Device memory, and
 * the act runs at the physical address of its code.
 */
import type { Act, Exec, Value } from '../program.js';
import { arenaPages, target } from '../protocol.js';
import { plainExec, type Scene } from './scene.js';

/** SCTLR_EL1.M, and the byte order of EL0 and of EL1. */
const mmu = 1;
const bigEndian = [1 << 24, 1 << 25] as const;
const alignment = 2;

interface Form {
  text: string;
  word: number;
  /** The emulated registers support it too. */
  gic?: true;
}

/** The address is x1, the data x3 and x4. */
const forms: readonly Form[] = [
  { text: 'ldr w3, [x1]', word: 0xb940_0023, gic: true },
  { text: 'str w3, [x1]', word: 0xb900_0023, gic: true },
  { text: 'ldrb w3, [x1]', word: 0x3940_0023, gic: true },
  { text: 'strb w3, [x1]', word: 0x3900_0023, gic: true },
  { text: 'ldp w3, w4, [x1]', word: 0x2940_1023, gic: true },
  { text: 'stp w3, w4, [x1]', word: 0x2900_1023, gic: true },
  { text: 'ldr w3, [x1], #4', word: 0xb840_4423, gic: true },
  { text: 'ldrh w3, [x1]', word: 0x7940_0023 },
  { text: 'strh w3, [x1]', word: 0x7900_0023 },
  { text: 'ldrsw x3, [x1]', word: 0xb980_0023 },
  { text: 'ldr x3, [x1]', word: 0xf940_0023 },
  { text: 'str x3, [x1]', word: 0xf900_0023 },
  { text: 'stp x3, x4, [x1]', word: 0xa900_1023 },
  { text: 'ldar w3, [x1]', word: 0x88df_fc23 },
  { text: 'ldtr w3, [x1]', word: 0xb840_0823 },
  { text: 'sttr w3, [x1]', word: 0xb800_0823 },
  { text: 'dc zva, x1', word: 0xd50b_7421 },
  { text: 'dc civac, x1', word: 0xd50b_7e21 },
  { text: 'at s1e1r, x1', word: 0xd508_7801 },
  { text: 'at s1e0w, x1', word: 0xd508_7861 },
];
const addToBase = 0x8b02_0021;

const number = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value >>> 0) });

/** Priorities of INTIDs that no act of the kind `interrupts` uses. */
const priorityAt = 0x420;
const priorityWords = 8;

export function unmapped(scene: Scene): Act[] {
  const el = scene.el();
  const swaps = scene.chance(40) ? bigEndian[el] : 0;
  const drawn = scene.int(0, 99);
  // A VMM need not know the byte order of an access that it emulates (docs/guests.md).
  const onGic = drawn < 30 && (swaps === 0 || scene.rare);
  const where = onGic ? target.gicd : drawn < 90 ? scene.int(0, arenaPages - 1) : target.hole;
  const { text, word } = scene.pick(onGic ? forms.filter(({ gic }) => gic) : forms);
  const offset = onGic ? priorityAt + 4 * scene.int(0, priorityWords - 2) : scene.int(0, 0xfe0 / 8) * 8;
  if (onGic) for (const at of [offset, offset + 4]) scene.writesPriority(at);
  // QEMU reports the start of the block, or of an aligned part, as the address of a fault.
  const whole = text.startsWith('dc zva') ? offset % 64 : 0;
  const misaligned = where < arenaPages && whole === 0 && scene.chance(10) ? scene.int(1, 7) : -whole;
  const control = mmu | swaps | (scene.chance(10) ? alignment : 0);
  const act: Exec = {
    ...plainExec,
    el,
    spX: el === 1 && scene.chance(80),
    pstate: scene.pstate(),
    words: [addToBase, word],
    text: ['add x1, x1, x2', text],
    registers: [
      { id: 1, value: { code: 'target', value: BigInt(where) } },
      { id: 2, value: number(offset + misaligned) },
      { id: 'sctlr', value: number(control) },
    ],
  };
  return [act];
}
