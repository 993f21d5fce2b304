// SPDX-License-Identifier: BSD-2-Clause
/** The registers of a GICv3's distributor, as a table (IHI 0069): affinity routing enabled, one security state. */
import type { Context } from './context.js';
import { distributorV3Rules as rules } from './distributor-v3-rules.js';
import * as fields from './interrupt-fields.js';
import type { Register, RegisterFrame } from './register.js';
import { replace, unimplementedPriority } from './register-fields.js';
import type { Rule } from './rule.js';
import { maxIntids, slotOf } from './slots.js';

/** GICD_CTLR. */
const control = { groups: 3, affinityRouting: 0x10, oneSecurityState: 0x40, wakeAny: 0x80 } as const;
/** Fields of GICD_TYPER. */
const typer = {
  lines: 0x1f,
  cpus: 0xe0,
  extendedSpis: 0x100,
  security: 0x400,
  messages: 0x1_0000,
  lpis: 0x2_0000,
  direct: 0x4_0000,
  lpiCount: 0xf800,
  upperAffinity: 0x100_0000,
  notAny: 0x200_0000,
} as const;
const absentFeatures =
  typer.cpus |
  typer.extendedSpis |
  typer.security |
  typer.messages |
  typer.lpis |
  typer.direct |
  typer.lpiCount;

/** GICD_IROUTER<n>, lower word: Aff2 to Aff0, Interrupt_Routing_Mode. Upper word: Aff3. */
const route = { affinity: 0x00ff_ffff, any: 1 << 31, upper: 0xff } as const;
const firstRoute = 0x6000;

/** A register array whose first `reserved` bytes, for INTIDs 0 to 31, are reserved: those are in the redistributors. */
function shared(
  name: string,
  first: number,
  last: number,
  rule: Rule,
  field: Omit<Register, 'name' | 'first' | 'last' | 'rule'>,
): Register[] {
  const reserved = 128 / (field.perWord ?? 32);
  return [
    zero(`${name}0`, first, first + reserved - 1, rules.private),
    { name, first: first + reserved, last, array: first, rule, ...field },
  ];
}

/** A register that reads as zero and ignores writes. */
const zero = (name: string, first: number, last: number, rule: Rule): Register => ({
  name,
  first,
  last,
  access: 'ro',
  rule,
  read: () => 0,
});

/** GICD_IROUTER<n> has two words for each INTID. */
const isUpper = (n: number): boolean => (n & 1) === 1;
const slotOfRoute = (n: number): number => slotOf(0, n >>> 1);
const isRouted = (c: Context, n: number): boolean => n >>> 1 < c.config.implementation.intids;

function readRoute(c: Context, _: number, n: number): number {
  if (!isRouted(c, n)) return 0;
  const { routes, upperRoutes } = c.state;
  return isUpper(n) ? upperRoutes.get(slotOfRoute(n)) : (routes[slotOfRoute(n)] ?? 0);
}

function writeRoute(c: Context, _: number, n: number, value: number, lanes: number): void {
  if (!isRouted(c, n)) return;
  const { state, config } = c;
  const slot = slotOfRoute(n);
  state.targetsWritten.set(slot);
  if (isUpper(n)) {
    if (config.implementation.typer & typer.upperAffinity)
      state.upperRoutes.put(slot, replace(state.upperRoutes.get(slot), value, lanes) & route.upper);
    else if (value & lanes & route.upper)
      c.unpredictable = 'an affinity has a level 3 that the target does not have';
    return;
  }
  const bits = route.affinity | (config.implementation.typer & typer.notAny ? 0 : route.any);
  state.routes[slot] = replace(state.routes[slot] ?? 0, value, lanes) & bits;
}

const registers: readonly Register[] = [
  {
    name: 'GICD_CTLR',
    first: 0x000,
    last: 0x003,
    access: 'rw',
    rule: rules.ctlr,
    read: (c) => {
      c.open |= control.wakeAny;
      return c.state.control | control.affinityRouting | control.oneSecurityState;
    },
    write: (c, _, __, value, lanes) => {
      c.state.control = replace(c.state.control, value, lanes) & control.groups;
    },
  },
  {
    name: 'GICD_TYPER',
    first: 0x004,
    last: 0x007,
    access: 'ro',
    rule: rules.typer,
    read: (c) => c.config.implementation.typer & ~absentFeatures,
  },
  {
    name: 'GICD_IIDR',
    first: 0x008,
    last: 0x00b,
    access: 'ro',
    rule: rules.iidr,
    read: (c) => c.config.implementation.iidr | 0,
  },
  ...shared('GICD_IGROUPR', 0x080, 0x0ff, rules.igroupr, fields.group),
  ...shared('GICD_ISENABLER', 0x100, 0x17f, rules.isenabler, fields.setEnable),
  ...shared('GICD_ICENABLER', 0x180, 0x1ff, rules.icenabler, fields.clearEnable),
  ...shared('GICD_ISPENDR', 0x200, 0x27f, rules.ispendr, fields.setPending),
  ...shared('GICD_ICPENDR', 0x280, 0x2ff, rules.icpendr, fields.clearPendingBits),
  ...shared('GICD_ISACTIVER', 0x300, 0x37f, rules.isactiver, fields.setActive),
  ...shared('GICD_ICACTIVER', 0x380, 0x3ff, rules.icactiver, fields.clearActive),
  ...shared('GICD_IPRIORITYR', 0x400, 0x7fb, rules.ipriorityr, {
    ...fields.priority,
    parts: [[unimplementedPriority, rules.priorityBits]],
  }),
  zero('GICD_ITARGETSR', 0x800, 0xbfb, rules.legacy),
  ...shared('GICD_ICFGR', 0xc00, 0xcff, rules.icfgr, fields.trigger),
  zero('GICD_IGRPMODR', 0xd00, 0xd7f, rules.security),
  zero('GICD_NSACR', 0xe00, 0xeff, rules.security),
  zero('GICD_SGIR', 0xf00, 0xf03, rules.legacy),
  zero('GICD_CPENDSGIR', 0xf10, 0xf1f, rules.legacy),
  zero('GICD_SPENDSGIR', 0xf20, 0xf2f, rules.legacy),
  {
    name: 'GICD_IROUTER',
    first: firstRoute + 32 * 8,
    last: firstRoute + maxIntids * 8 - 1,
    array: firstRoute,
    doubles: true,
    access: 'rw',
    rule: rules.irouter,
    parts: [
      [(c, n) => (isRouted(c, n) ? 0 : -1), rules.absent],
      [(_, n) => (isUpper(n) ? 0 : route.any), rules.anyVcpu],
    ],
    read: readRoute,
    write: writeRoute,
  },
  {
    name: 'GICD_PIDR2',
    first: 0xffe8,
    last: 0xffeb,
    access: 'ro',
    rule: rules.identification,
    read: (c) => {
      c.open |= ~0xf0;
      return 0x30;
    },
  },
];

export const distributorV3: RegisterFrame = {
  prefix: 'GICD',
  size: 0x1_0000,
  registers,
  open: [
    [0x010, 0x013], // GICD_STATUSR is optional
    [0x020, 0x03f],
    [0xc000, 0xffff],
  ],
  rules,
  doubles: true,
};
