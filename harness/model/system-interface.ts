// SPDX-License-Identifier: BSD-2-Clause
/** The system registers of a GICv3's CPU interface (IHI 0069), except those that take and end interrupts. */
import { accessRules } from './access-rules.js';
import { eachBit } from './bits.js';
import type { Context } from './context.js';
import { makePending, origins, perhapsMakePending } from './pending.js';
import { control, idle, priorityBits, runningPriority, smallestPoint } from './preemption.js';
import type { Seen } from './seen.js';
import { type CpuInterface, unwritten } from './state.js';
import type { SystemRegisterStep } from './step.js';
import { systemInterfaceRules as rules } from './system-interface-rules.js';

/** Encodings op0:op1:CRn:CRm:op2, as in bits 20 to 5 of MRS and MSR. */
const encoding = (crn: number, crm: number, op2: number): number => (3 << 14) | (crn << 7) | (crm << 3) | op2;
export const systemRegisters = {
  pmr: encoding(4, 6, 0),
  iar0: encoding(12, 8, 0),
  eoir0: encoding(12, 8, 1),
  hppir0: encoding(12, 8, 2),
  bpr0: encoding(12, 8, 3),
  dir: encoding(12, 11, 1),
  rpr: encoding(12, 11, 3),
  sgi1r: encoding(12, 11, 5),
  asgi1r: encoding(12, 11, 6),
  sgi0r: encoding(12, 11, 7),
  iar1: encoding(12, 12, 0),
  eoir1: encoding(12, 12, 1),
  hppir1: encoding(12, 12, 2),
  bpr1: encoding(12, 12, 3),
  ctlr: encoding(12, 12, 4),
  sre: encoding(12, 12, 5),
  igrpen0: encoding(12, 12, 6),
  igrpen1: encoding(12, 12, 7),
} as const;

/** The name of a system register in assembler syntax. */
export function systemRegisterName(register: number): string {
  const known = Object.entries(systemRegisters).find(([, value]) => value === register);
  if (known !== undefined) return `ICC_${known[0].toUpperCase()}_EL1`;
  const fields = [register >> 14, (register >> 11) & 7, (register >> 7) & 15, (register >> 3) & 15];
  const [op0, op1, crn, crm] = fields;
  return `S${op0}_${op1}_C${crn}_C${crm}_${register & 7}`;
}

/** ICC_CTLR_EL1. */
const controlBits = { commonPoint: 1, endMode: 2, priorityBits: 0x700 } as const;

const assign = (cpu: CpuInterface, bit: number, on: boolean): void => {
  cpu.control = on ? cpu.control | bit : cpu.control & ~bit;
};

interface SystemRegister {
  /** Value of a register. Sets `c.open` to the bits whose value is open. */
  read(c: Context, cpu: CpuInterface): number;
  write?(c: Context, cpu: CpuInterface, value: number): void;
}

function point(c: Context, written: number, group: 0 | 1): number {
  if (written === unwritten) c.open = -1;
  return Math.max(written, smallestPoint(c, group));
}

const groupEnable = (bit: number): SystemRegister => ({
  read: (_, cpu) => (cpu.control & bit ? 1 : 0),
  write: (_, cpu, value) => assign(cpu, bit, (value & 1) !== 0),
});

const table = new Map<number, SystemRegister>([
  [
    systemRegisters.pmr,
    {
      read: (_, cpu) => cpu.priorityMask,
      write: (c, cpu, value) => {
        cpu.priorityMask = value & priorityBits(c);
      },
    },
  ],
  [
    systemRegisters.bpr0,
    {
      read: (c, cpu) => point(c, cpu.binaryPoint, 0),
      write: (_, cpu, value) => {
        cpu.binaryPoint = value & 7;
      },
    },
  ],
  [
    systemRegisters.bpr1,
    {
      read: (c, cpu) =>
        cpu.control & control.binaryPoint
          ? Math.min(7, point(c, cpu.binaryPoint, 0) + 1)
          : point(c, cpu.aliasedBinaryPoint, 1),
      write: (_, cpu, value) => {
        if ((cpu.control & control.binaryPoint) === 0) cpu.aliasedBinaryPoint = value & 7;
      },
    },
  ],
  [
    systemRegisters.ctlr,
    {
      read: (c, cpu) => {
        c.open = ~(controlBits.commonPoint | controlBits.endMode | controlBits.priorityBits);
        const levels = 31 - Math.clz32(priorityBits(c) & -priorityBits(c));
        const written =
          (cpu.control & control.binaryPoint ? controlBits.commonPoint : 0) |
          (cpu.control & control.endMode ? controlBits.endMode : 0);
        return written | ((7 - levels) << 8);
      },
      write: (_, cpu, value) => {
        assign(cpu, control.binaryPoint, (value & controlBits.commonPoint) !== 0);
        assign(cpu, control.endMode, (value & controlBits.endMode) !== 0);
      },
    },
  ],
  [systemRegisters.igrpen0, groupEnable(control.enable0)],
  [systemRegisters.igrpen1, groupEnable(control.enable1)],
  [
    systemRegisters.rpr,
    {
      read: (c, cpu) => {
        const value = runningPriority(cpu);
        if (value === idle) c.open = 7;
        return Math.min(value, 0xff);
      },
    },
  ],
  [
    systemRegisters.sre,
    {
      read: (c) => {
        c.open = ~1;
        return 1;
      },
    },
  ],
]);

const ruleOf = (register: number) =>
  register === systemRegisters.rpr
    ? rules.running
    : register === systemRegisters.sre
      ? rules.sre
      : rules.registers;

const sgiRegisters: readonly number[] = [
  systemRegisters.sgi0r,
  systemRegisters.sgi1r,
  systemRegisters.asgi1r,
];

/** Targets of a write of ICC_SGI0R_EL1, ICC_SGI1R_EL1 or ICC_ASGI1R_EL1. */
function targetsOf(c: Context, sender: number, value: bigint): number {
  const all = (1 << c.config.vcpus) - 1;
  if ((value >> 40n) & 1n) {
    c.ledger.hold(rules.sgiOthers);
    return all & ~(1 << sender);
  }
  const affinity = ((value >> 16n) & 0xffn) | ((value >> 32n) & 0xffn) | ((value >> 48n) & 0xffn);
  if ((value >> 44n) & 0xfn) c.unpredictable = 'a range of targets is named, which the target need not have';
  const list = affinity === 0n ? Number(value & 0xffffn) : 0;
  if ((list & ~all) !== 0 || (list === 0 && (value & 0xffffn) !== 0n)) c.ledger.hold(rules.sgiAbsent);
  return list & all;
}

/** Judges a write that generates SGIs. */
function generate(c: Context, step: SystemRegisterStep, seen: Seen): void {
  const isNext = seen.outcome.kind === 'next';
  c.ledger.that(
    rules.next,
    isNext,
    () => 'next instruction',
    () => seen.outcome.kind,
  );
  if (!isNext) return;
  const intid = Number((step.value >> 24n) & 0xfn);
  eachBit(targetsOf(c, step.vcpu, step.value), (target) => {
    const slot = target * 32 + intid;
    const isGroup1 = c.state.group.has(slot);
    const forGroup1 = step.encoding === systemRegisters.sgi1r;
    if (!forGroup1) c.ledger.hold(rules.sgiGroup);
    if (forGroup1 === isGroup1) makePending(c, slot, origins.sgi);
    else if (forGroup1) perhapsMakePending(c, slot, origins.sgi);
  });
}

/** Judges an access to a system register of the CPU interface. Returns false for any other register. */
export function judgeSystemInterface(c: Context, step: SystemRegisterStep, seen: Seen): boolean {
  if (c.config.gic !== 3) return false;
  if (sgiRegisters.includes(step.encoding) && step.write) {
    if (c.state.initialised) generate(c, step, seen);
    else c.unpredictable = 'an SGI is sent before virq_controller_init';
    return true;
  }
  const register = table.get(step.encoding);
  if (register === undefined) {
    if (!Object.values(systemRegisters).includes(step.encoding as never)) return false;
    c.unpredictable = 'an interrupt is taken or ended, and the guest does not note it';
    return true;
  }
  const cpu = c.state.cpu(step.vcpu);
  c.ledger.that(
    accessRules.next,
    seen.outcome.kind === 'next',
    () => 'next instruction',
    () => seen.outcome.kind,
  );
  if (step.write) {
    register.write?.(c, cpu, Number(step.value & 0xffff_ffffn));
    return true;
  }
  c.open = 0;
  const value = register.read(c, cpu);
  const got = Number((seen.changes.find(({ number }) => number === 2)?.value ?? step.value) & 0xffff_ffffn);
  c.ledger.equal(
    ruleOf(step.encoding),
    (got & ~c.open) >>> 0,
    (value & ~c.open) >>> 0,
    () => `${systemRegisterName(step.encoding)} reads`,
  );
  return true;
}
