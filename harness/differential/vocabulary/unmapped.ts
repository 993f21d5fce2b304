// SPDX-License-Identifier: BSD-2-Clause
/**
 * Loads and stores without the MMU, in either byte order. The address is a physical one, all memory is Device memory, and
 * the act runs at the physical address of its code.
 */
import { gicAt } from '../gic.js';
import { page } from '../pages.js';
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
}

/** The address is x1, the data x3 and x4. No address is written back, because it depends on the machine. */
const forms: readonly Form[] = [
  { text: 'ldr w3, [x1]', word: 0xb940_0023 },
  { text: 'str w3, [x1]', word: 0xb900_0023 },
  { text: 'ldrb w3, [x1]', word: 0x3940_0023 },
  { text: 'strb w3, [x1]', word: 0x3900_0023 },
  { text: 'ldp w3, w4, [x1]', word: 0x2940_1023 },
  { text: 'stp w3, w4, [x1]', word: 0x2900_1023 },
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

/** Loads and stores of the distributor, with an offset in units of the access. */
const ofGic: readonly (readonly [text: string, word: number, unit: number])[] = [
  ['ldr w3', 0xb940_0023, 4],
  ['str w3', 0xb900_0023, 4],
  ['ldrb w3', 0x3940_0023, 1],
  ['strb w3', 0x3900_0023, 1],
];

const number = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value >>> 0) });

/** Priorities of INTIDs that no act of the kind `interrupts` uses. */
const priorityAt = gicAt.priority + 32;
const priorityWords = 8;
/** A physical address without memory or device; `target.hole` is its first page. */
const hole = 0x7f_0000_0000n;

export function unmapped(scene: Scene): Act[] {
  const el = scene.el();
  const swaps = scene.chance(40) ? bigEndian[el] : 0;
  const control = mmu | swaps | (scene.chance(10) ? alignment : 0);
  const drawn = scene.int(0, 99);
  const common = { ...plainExec, el, spX: el === 1 && scene.chance(80), pstate: scene.pstate() };
  // A VMM need not know the byte order of an access that it emulates (docs/guests.md).
  const access = drawn < 30 && (swaps === 0 || scene.rare) ? onGic(scene) : onMemory(scene, drawn >= 90);
  const registers: Exec['registers'] = [...access.registers, { id: 'sctlr', value: number(control) }];
  return [{ ...common, ...access, registers }];
}

type Part = Pick<Exec, 'words' | 'text' | 'registers'>;

function onGic(scene: Scene): Part {
  const [text, word, unit] = scene.pick(ofGic);
  const offset = priorityAt + unit * scene.int(0, (4 * priorityWords) / unit - 1);
  scene.writesPriority(offset & ~3);
  return {
    words: [(word | ((offset / unit) << 10)) >>> 0],
    text: [`${text}, [x1, #${offset}]`],
    registers: [{ id: 1, value: { code: 'target', value: BigInt(target.gicd) } }],
  };
}

function onMemory(scene: Scene, isHole: boolean): Part {
  const { text, word } = scene.pick(forms);
  const at = scene.int(0, arenaPages - 1) * page + scene.int(0, 0xfe0 / 8) * 8;
  // QEMU reports the start of the block, or of an aligned part, as the address of a fault.
  const aligned = text.startsWith('dc zva') ? at - (at % 64) : at;
  const misaligned = !isHole && aligned === at && scene.chance(10) ? scene.int(1, 7) : 0;
  const address: Value = isHole
    ? { code: 'u64', value: hole + BigInt(aligned) }
    : { code: 'arena', value: BigInt(aligned + misaligned) };
  return { words: [word], text: [text], registers: [{ id: 1, value: address }] };
}
