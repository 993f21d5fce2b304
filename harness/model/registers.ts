// SPDX-License-Identifier: BSD-2-Clause
/** The distributor as a table of registers (IHI 0048B, table 4-1): offsets, access, what each reads as and does. */
import { eachBit } from './bits.js';
import type { Context } from './context.js';
import { distributorRules as rules } from './distributor-rules.js';
import { clearPending, loosen, makePending, origins } from './pending.js';
import {
  byteSlot,
  clearSources,
  cpuMask,
  enableMask,
  generate,
  pendMask,
  present,
  readActive,
  readPending,
  readSources,
  replace,
  setSources,
  sgiBits,
  triggers,
  writeBytes,
  writeTriggers,
} from './register-fields.js';
import type { Rule } from './rule.js';
import { wordOf } from './slots.js';

/** A part of a register's bits that has a rule of its own. */
type Part = readonly [mask: (c: Context, n: number) => number, rule: Rule];

export interface Register {
  readonly name: string;
  /** Offsets of its first and of its last byte. */
  readonly first: number;
  readonly last: number;
  readonly access: 'rw' | 'ro' | 'wo';
  /** Bytes can be accessed alone (4.1.4). */
  readonly bytes?: true;
  /** INTIDs in one word, where the register is one of an array for all INTIDs. */
  readonly perWord?: 4 | 16 | 32;
  /** Offset of the array's word 0 where that is not `first`. */
  readonly array?: number;
  readonly rule: Rule;
  readonly parts?: readonly Part[];
  /** Value of word `n` of the array; bits that the sources leave open go to `c.open`. */
  read?(c: Context, vcpu: number, n: number): number;
  /** `lanes` has ones in the bytes that are written. */
  write?(c: Context, vcpu: number, n: number, value: number, lanes: number): void;
}

/** In the order of their offsets; what lies between is reserved, or IMPLEMENTATION DEFINED and read as reserved. */
export const registers: readonly Register[] = [
  {
    name: 'GICD_CTLR',
    first: 0x000,
    last: 0x003,
    access: 'rw',
    rule: rules.ctlr,
    read: (c) => c.state.control,
    write: (c, _, __, value, lanes) => {
      c.state.control = replace(c.state.control, value, lanes) & 3;
    },
  },
  {
    name: 'GICD_TYPER',
    first: 0x004,
    last: 0x007,
    access: 'ro',
    rule: rules.typer,
    read: (c) => ((c.config.implementation.intids + 31) >>> 5) - 1 + ((c.config.vcpus - 1) << 5),
  },
  {
    name: 'GICD_IIDR',
    first: 0x008,
    last: 0x00b,
    access: 'ro',
    rule: rules.iidr,
    read: (c) => c.config.implementation.iidr | 0,
  },
  {
    name: 'GICD_IGROUPR',
    first: 0x080,
    last: 0x0ff,
    access: 'rw',
    perWord: 32,
    rule: rules.igroupr,
    read: (c, vcpu, n) => c.state.group.word(wordOf(vcpu, n)),
    write: (c, vcpu, n, value, lanes) => {
      const word = wordOf(vcpu, n);
      c.state.group.put(word, replace(c.state.group.word(word), value, lanes) & present(c, n, 32));
    },
  },
  {
    name: 'GICD_ISENABLER',
    first: 0x100,
    last: 0x17f,
    access: 'rw',
    perWord: 32,
    rule: rules.isenabler,
    parts: [[sgiBits, rules.sgiEnables]],
    read: (c, vcpu, n) => c.state.enabled.word(wordOf(vcpu, n)),
    write: (c, vcpu, n, value, lanes) => {
      const word = wordOf(vcpu, n);
      c.state.enabled.put(
        word,
        c.state.enabled.word(word) | (value & lanes & enableMask(c, n) & present(c, n, 32)),
      );
    },
  },
  {
    name: 'GICD_ICENABLER',
    first: 0x180,
    last: 0x1ff,
    access: 'rw',
    perWord: 32,
    rule: rules.icenabler,
    parts: [[sgiBits, rules.sgiEnables]],
    read: (c, vcpu, n) => c.state.enabled.word(wordOf(vcpu, n)),
    write: (c, vcpu, n, value, lanes) => {
      const word = wordOf(vcpu, n);
      const disabled = value & lanes & enableMask(c, n);
      c.state.enabled.put(word, c.state.enabled.word(word) & ~disabled);
      eachBit(disabled & c.state.loaded.word(word), (bit) => loosen(c, word * 32 + bit));
    },
  },
  {
    name: 'GICD_ISPENDR',
    first: 0x200,
    last: 0x27f,
    access: 'rw',
    perWord: 32,
    rule: rules.ispendr,
    parts: [[sgiBits, rules.sgiPending]],
    read: readPending,
    write: (c, vcpu, n, value, lanes) => {
      const base = wordOf(vcpu, n) * 32;
      eachBit(value & lanes & pendMask(n) & present(c, n, 32), (bit) =>
        makePending(c, base + bit, origins.guest),
      );
    },
  },
  {
    name: 'GICD_ICPENDR',
    first: 0x280,
    last: 0x2ff,
    access: 'rw',
    perWord: 32,
    rule: rules.icpendr,
    parts: [[sgiBits, rules.sgiPending]],
    read: readPending,
    write: (c, vcpu, n, value, lanes) => {
      const base = wordOf(vcpu, n) * 32;
      eachBit(value & lanes & pendMask(n) & present(c, n, 32), (bit) => clearPending(c, base + bit));
    },
  },
  {
    name: 'GICD_ISACTIVER',
    first: 0x300,
    last: 0x37f,
    access: 'rw',
    perWord: 32,
    rule: rules.isactiver,
    read: readActive,
    write: (c, vcpu, n, value, lanes) => {
      const word = wordOf(vcpu, n);
      c.state.active.put(word, c.state.active.word(word) | (value & lanes & present(c, n, 32)));
    },
  },
  {
    name: 'GICD_ICACTIVER',
    first: 0x380,
    last: 0x3ff,
    access: 'rw',
    perWord: 32,
    rule: rules.icactiver,
    read: readActive,
    write: (c, vcpu, n, value, lanes) => {
      const word = wordOf(vcpu, n);
      c.state.active.put(word, c.state.active.word(word) & ~(value & lanes));
    },
  },
  {
    name: 'GICD_IPRIORITYR',
    first: 0x400,
    last: 0x7fb,
    access: 'rw',
    bytes: true,
    perWord: 4,
    rule: rules.ipriorityr,
    parts: [[(c) => (~c.config.implementation.priorityMask & 0xff) * 0x0101_0101, rules.priorityBits]],
    read: (c, vcpu, n) => c.state.priority.word(byteSlot(vcpu, n)),
    write: (c, vcpu, n, value, lanes) => {
      if (present(c, n, 4) === 0) return;
      const { priorityMask } = c.config.implementation;
      writeBytes(c.state.priority, byteSlot(vcpu, n), value, lanes, priorityMask);
    },
  },
  {
    name: 'GICD_ITARGETSR0-7',
    first: 0x800,
    last: 0x81f,
    access: 'ro',
    bytes: true,
    rule: rules.targetsSelf,
    read: (c, vcpu) => (c.config.vcpus === 1 ? 0 : (1 << vcpu) * 0x0101_0101),
  },
  {
    name: 'GICD_ITARGETSR',
    first: 0x820,
    last: 0xbfb,
    access: 'rw',
    bytes: true,
    perWord: 4,
    array: 0x800,
    rule: rules.itargetsr,
    parts: [
      [(c) => (c.config.vcpus === 1 ? -1 : 0), rules.targetsOne],
      [(c) => (~cpuMask(c) & 0xff) * 0x0101_0101, rules.targetsAbsent],
    ],
    read: (c, vcpu, n) => c.state.targets.word(byteSlot(vcpu, n)),
    write: (c, vcpu, n, value, lanes) => {
      if (c.config.vcpus === 1 || present(c, n, 4) === 0) return;
      const slot = byteSlot(vcpu, n);
      writeBytes(c.state.targets, slot, value, lanes, cpuMask(c));
      for (let byte = 0; byte < 4; byte += 1)
        if ((lanes >>> (byte * 8)) & 0xff) c.state.targetsWritten.set(slot + byte);
    },
  },
  {
    name: 'GICD_ICFGR',
    first: 0xc00,
    last: 0xcff,
    access: 'rw',
    perWord: 16,
    rule: rules.icfgr,
    parts: [
      [(_, n) => (n === 0 ? -1 : 0), rules.sgiTriggers],
      [(_, n) => (n === 1 ? -1 : 0), rules.ppiTriggers],
    ],
    read: triggers,
    write: (c, vcpu, n, value, lanes) => {
      if (present(c, n, 16) !== 0) writeTriggers(c, vcpu, n, value, lanes);
    },
  },
  { name: 'GICD_NSACR', first: 0xe00, last: 0xeff, access: 'ro', rule: rules.nsacr, read: () => 0 },
  {
    name: 'GICD_SGIR',
    first: 0xf00,
    last: 0xf03,
    access: 'wo',
    rule: rules.reserved,
    write: (c, vcpu, _, value, lanes) => {
      if (lanes === -1) generate(c, vcpu, value);
      else c.unpredictable = 'GICD_SGIR is written by other than a word';
    },
  },
  {
    name: 'GICD_CPENDSGIR',
    first: 0xf10,
    last: 0xf1f,
    access: 'rw',
    bytes: true,
    rule: rules.cpendsgir,
    read: readSources,
    write: clearSources,
  },
  {
    name: 'GICD_SPENDSGIR',
    first: 0xf20,
    last: 0xf2f,
    access: 'rw',
    bytes: true,
    rule: rules.spendsgir,
    read: readSources,
    write: setSources,
  },
  {
    name: 'ICPIDR2',
    first: 0xfe8,
    last: 0xfeb,
    access: 'ro',
    rule: rules.identification,
    read: (c) => {
      c.open |= ~0xf0;
      return 0x20;
    },
  },
];

/** Offsets whose reads are IMPLEMENTATION DEFINED (table 4-1; 4.3.18). */
export const openRanges: readonly (readonly [first: number, last: number])[] = [
  [0x020, 0x03f],
  [0xd00, 0xdff],
  [0xfc0, 0xfff],
];

/** Private interrupts' words: those that are banked. */
export const isBanked = (register: Register, n: number): boolean =>
  (register.perWord === 32 && n === 0) ||
  (register.perWord === 4 && register.first === 0x400 && n < 8) ||
  (register.first === 0xc00 && n < 2) ||
  register.first === 0xf10 ||
  register.first === 0xf20;
