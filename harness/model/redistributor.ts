// SPDX-License-Identifier: BSD-2-Clause
/** The registers of one vCPU's redistributor, as a table (IHI 0069): its frame RD_base, then its frame SGI_base. */
import { redistributorRules as rules } from './distributor-v3-rules.js';
import * as fields from './interrupt-fields.js';
import type { Register, RegisterFrame } from './register.js';
import { replace } from './register-fields.js';
import type { Rule } from './rule.js';

/** Offset of the frame SGI_base. */
export const sgiFrame = 0x1_0000;

/** GICR_CTLR: bits of optional features. */
const optionalControl = 0x0700_0006;
/** GICR_TYPER, lower word. */
const typer = { last: 0x10, openBits: 0x03ff_ffe4 } as const;
/** GICR_WAKER. */
const waker = { processorSleep: 2, childrenAsleep: 4, open: 0x8000_0001 | 0 } as const;

const zero = (name: string, first: number, last: number, rule: Rule): Register => ({
  name,
  first,
  last,
  access: 'ro',
  rule,
  read: () => 0,
});

const own = (
  name: string,
  offset: number,
  rule: Rule,
  field: Omit<Register, 'name' | 'first' | 'last' | 'rule'>,
  bytes = 4,
): Register => ({
  name,
  first: sgiFrame + offset,
  last: sgiFrame + offset + bytes - 1,
  rule,
  ...field,
});

const registers: readonly Register[] = [
  {
    name: 'GICR_CTLR',
    first: 0x000,
    last: 0x003,
    access: 'ro',
    rule: rules.ctlr,
    read: (c) => {
      c.open |= optionalControl;
      return 0;
    },
  },
  {
    name: 'GICR_IIDR',
    first: 0x004,
    last: 0x007,
    access: 'ro',
    rule: rules.iidr,
    read: (c) => c.config.implementation.redistributorIidr | 0,
  },
  {
    name: 'GICR_TYPER',
    first: 0x008,
    last: 0x00f,
    access: 'ro',
    rule: rules.typer,
    doubles: true,
    read: (c, vcpu, n) => {
      if (n === 1) return vcpu;
      c.open |= typer.openBits;
      return vcpu === c.config.vcpus - 1 ? typer.last : 0;
    },
  },
  {
    name: 'GICR_WAKER',
    first: 0x014,
    last: 0x017,
    access: 'rw',
    rule: rules.waker,
    read: (c, vcpu) => {
      c.open |= waker.open;
      return c.state.asleep[vcpu] ? waker.processorSleep | waker.childrenAsleep : 0;
    },
    write: (c, vcpu, _, value, lanes) => {
      const old = c.state.asleep[vcpu] ? waker.processorSleep : 0;
      c.state.asleep[vcpu] = (replace(old, value, lanes) & waker.processorSleep) !== 0;
    },
  },
  zero('GICR_SETLPIR', 0x040, 0x047, rules.lpis),
  zero('GICR_CLRLPIR', 0x048, 0x04f, rules.lpis),
  zero('GICR_PROPBASER', 0x070, 0x077, rules.lpis),
  zero('GICR_PENDBASER', 0x078, 0x07f, rules.lpis),
  zero('GICR_INVLPIR', 0x0a0, 0x0a7, rules.lpis),
  zero('GICR_INVALLR', 0x0b0, 0x0b7, rules.lpis),
  zero('GICR_SYNCR', 0x0c0, 0x0c3, rules.lpis),
  {
    name: 'GICR_PIDR2',
    first: 0xffe8,
    last: 0xffeb,
    access: 'ro',
    rule: rules.identification,
    read: (c) => {
      c.open |= ~0xf0;
      return 0x30;
    },
  },
  own('GICR_IGROUPR0', 0x080, rules.igroupr, fields.group),
  own('GICR_ISENABLER0', 0x100, rules.isenabler, fields.setEnable),
  own('GICR_ICENABLER0', 0x180, rules.icenabler, fields.clearEnable),
  own('GICR_ISPENDR0', 0x200, rules.ispendr, fields.setPending),
  own('GICR_ICPENDR0', 0x280, rules.icpendr, fields.clearPendingBits),
  own('GICR_ISACTIVER0', 0x300, rules.isactiver, fields.setActive),
  own('GICR_ICACTIVER0', 0x380, rules.icactiver, fields.clearActive),
  own('GICR_IPRIORITYR', 0x400, rules.ipriorityr, fields.priority, 32),
  own(
    'GICR_ICFGR',
    0xc00,
    rules.ppiTriggers,
    { ...fields.trigger, parts: [[sgiWord, rules.sgiTriggers]] },
    8,
  ),
  zero('GICR_IGRPMODR0', sgiFrame + 0xd00, sgiFrame + 0xd03, rules.security),
  zero('GICR_NSACR', sgiFrame + 0xe00, sgiFrame + 0xe03, rules.security),
];

function sgiWord(_: unknown, n: number): number {
  return n === 0 ? -1 : 0;
}

export const redistributor: RegisterFrame = {
  prefix: 'GICR',
  size: 0x2_0000,
  registers,
  open: [
    [0x010, 0x013], // GICR_STATUSR is optional
    [0x018, 0x03f], // GICR_MPAMIDR and IMPLEMENTATION DEFINED registers
    [0xc000, 0xffff],
    [sgiFrame + 0xc000, sgiFrame + 0xffff],
  ],
  // Every INTID of a redistributor exists.
  rules: { ...rules, absent: rules.reserved },
  doubles: true,
  owned: rules.own,
};
