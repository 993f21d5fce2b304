// SPDX-License-Identifier: BSD-2-Clause
/** The registers of a GICv2's distributor, as a table (IHI 0048B, table 4-1). */
import { distributorRules as rules } from './distributor-v2-rules.js';
import * as fields from './interrupt-fields.js';
import type { Register, RegisterFrame } from './register.js';
import {
  byteSlot,
  clearSources,
  cpuMask,
  generate,
  present,
  readSources,
  replace,
  setSources,
  sgiBits,
  unimplementedPriority,
  writeBytes,
} from './register-fields.js';

const registers: readonly Register[] = [
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
  { name: 'GICD_IGROUPR', first: 0x080, last: 0x0ff, rule: rules.igroupr, ...fields.group },
  {
    name: 'GICD_ISENABLER',
    first: 0x100,
    last: 0x17f,
    rule: rules.isenabler,
    parts: [[sgiBits, rules.sgiEnables]],
    ...fields.setEnable,
  },
  {
    name: 'GICD_ICENABLER',
    first: 0x180,
    last: 0x1ff,
    rule: rules.icenabler,
    parts: [[sgiBits, rules.sgiEnables]],
    ...fields.clearEnable,
  },
  {
    name: 'GICD_ISPENDR',
    first: 0x200,
    last: 0x27f,
    rule: rules.ispendr,
    parts: [[sgiBits, rules.sgiPending]],
    ...fields.setPending,
  },
  {
    name: 'GICD_ICPENDR',
    first: 0x280,
    last: 0x2ff,
    rule: rules.icpendr,
    parts: [[sgiBits, rules.sgiPending]],
    ...fields.clearPendingBits,
  },
  { name: 'GICD_ISACTIVER', first: 0x300, last: 0x37f, rule: rules.isactiver, ...fields.setActive },
  { name: 'GICD_ICACTIVER', first: 0x380, last: 0x3ff, rule: rules.icactiver, ...fields.clearActive },
  {
    name: 'GICD_IPRIORITYR',
    first: 0x400,
    last: 0x7fb,
    rule: rules.ipriorityr,
    parts: [[unimplementedPriority, rules.priorityBits]],
    ...fields.priority,
  },
  {
    name: 'GICD_ITARGETSR0-7',
    first: 0x800,
    last: 0x81f,
    access: 'ro',
    bytes: true,
    rule: rules.targetsSelf,
    parts: [[(c) => (c.config.vcpus === 1 ? -1 : 0), rules.targetsOne]],
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
    rule: rules.icfgr,
    parts: [
      [(_, n) => (n === 0 ? -1 : 0), rules.sgiTriggers],
      [(_, n) => (n === 1 ? -1 : 0), rules.ppiTriggers],
    ],
    ...fields.trigger,
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

export const distributorV2: RegisterFrame = {
  prefix: 'GICD',
  size: 0x1000,
  registers,
  // Table 4-1; 4.3.18.
  open: [
    [0x020, 0x03f],
    [0xd00, 0xdff],
    [0xfc0, 0xfff],
  ],
  rules,
  banked: {
    rule: rules.banked,
    is: (register, n) =>
      (register.perWord === 32 && n === 0) ||
      (register.perWord === 4 && register.first === 0x400 && n < 8) ||
      (register.first === 0xc00 && n < 2) ||
      register.first === 0xf10 ||
      register.first === 0xf20,
  },
};
