// SPDX-License-Identifier: BSD-2-Clause
/** Builds a case step by step, and tracks the state of its guest. */
import type { Random } from 'fast-check';
import {
  bigEndian,
  forms,
  lastStateOfEl1,
  lastStateOfLoad,
  type ModelConfig,
  plain,
  redistributor,
  type Step,
  sgiFrame,
  systemRegisters,
} from '../../model/index.js';

/** Offsets in the distributor and in the CPU interface. */
export const gicd = {
  ctlr: 0x000,
  igroupr: 0x080,
  isenabler: 0x100,
  icenabler: 0x180,
  ispendr: 0x200,
  icpendr: 0x280,
  isactiver: 0x300,
  icactiver: 0x380,
  ipriorityr: 0x400,
  itargetsr: 0x800,
  icfgr: 0xc00,
  sgir: 0xf00,
  cpendsgir: 0xf10,
  spendsgir: 0xf20,
} as const;
/** Further offsets of a GICv3: in the distributor, and in a redistributor's first frame. */
export const gicd3 = { irouter: 0x6000 } as const;
export const gicr = { ctlr: 0x00, typer: 0x08, waker: 0x14 } as const;
export const gicc = { ctlr: 0x00, pmr: 0x04, bpr: 0x08, rpr: 0x14, abpr: 0x1c } as const;

/** Registers of plain accesses. */
const dataRegister = 2;
const pairRegister = 3;
const baseRegister = 1;
/** The system registers of a GICv3 that correspond to each register of a GICv2's CPU interface. */
const systemRegistersAt: Readonly<Record<number, readonly number[]>> = {
  [gicc.ctlr]: [systemRegisters.ctlr, systemRegisters.igrpen0, systemRegisters.igrpen1],
  [gicc.pmr]: [systemRegisters.pmr],
  [gicc.bpr]: [systemRegisters.bpr0],
  [gicc.rpr]: [systemRegisters.rpr, systemRegisters.sre],
  [gicc.abpr]: [systemRegisters.bpr1],
};
const poison = 0x5555_5555_6666_6666n;

export class CaseBuilder {
  readonly steps: Step[] = [];
  /** Interrupts that the case uses. A small pool makes it likely that steps affect the same interrupt. */
  readonly pool: number[] = [];
  /** vCPUs that are expected to run. */
  readonly running = new Set<number>();
  /** Interrupts whose registration was requested, with their vCPU. */
  readonly registered: { vcpu: number; irq: number }[] = [];
  readonly channels: number[] = [];
  initialised = false;

  constructor(
    readonly config: ModelConfig,
    readonly vcpus: number,
    readonly random: Random,
  ) {}

  /** A random integer from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return this.random.nextInt(min, max);
  }

  chance(percent: number): boolean {
    return this.random.nextInt(0, 99) < percent;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.random.nextInt(0, from.length - 1)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** A random 32-bit value, mostly with few bits set. */
  word(): number {
    const kind = this.int(0, 5);
    if (kind === 0) return 0;
    if (kind === 1) return 0xffff_ffff;
    if (kind === 2) return this.int(0, 0xffff_ffff);
    let bits = 0;
    for (let left = this.int(1, 3); left > 0; left -= 1) bits |= 1 << this.int(0, 31);
    return bits >>> 0;
  }

  /** A random interrupt of the pool. */
  irq(): number {
    return this.pick(this.pool);
  }

  /** An interrupt of the pool, or sometimes a number that calls may have to refuse. */
  anyIrq(): number {
    const { intids } = this.config.implementation;
    if (this.chance(75)) return this.irq();
    return this.pick([0, 1, 15, 16, 31, 32, intids - 1, intids, 1019, 1020, 1023, 1024, 0x7fff_ffff]);
  }

  /** A random vCPU, mostly one that runs. */
  vcpu(): number {
    if (this.running.size > 0 && !this.chance(5)) return this.pick([...this.running]);
    return this.int(0, this.vcpus - 1);
  }

  /** A vCPU number, sometimes of a vCPU that does not exist. */
  anyVcpu(): number {
    return this.chance(92) ? this.int(0, this.vcpus - 1) : this.pick([this.vcpus, 4, 5, 0xffff_ffff]);
  }

  isVcpu(vcpu: number): boolean {
    return vcpu < this.vcpus;
  }

  add(step: Step): void {
    this.steps.push(step.op === 'access' || step.op === 'sysreg' ? { ...step, ...this.#state(step) } : step);
  }

  /** State of a step, mostly the default. System registers are not accessed from EL0. */
  #state(step: Extract<Step, { op: 'access' | 'sysreg' }>): { state?: number } {
    if (this.chance(70)) return {};
    if (step.op === 'sysreg') return { state: this.int(0, lastStateOfEl1) };
    const order = forms[step.form]?.load === false && this.chance(10) ? bigEndian : 0;
    return { state: this.int(0, lastStateOfLoad) | order };
  }

  /** Offset from the distributor to the redistributor of a vCPU. */
  redistributorAt(owner: number): number {
    return this.config.redistributorBase - this.config.distributor.base + owner * redistributor.size;
  }

  /**
   * Offset, from the distributor, of the word with an interrupt's bit. On a GICv3 the registers of private interrupts
   * are in the redistributor of `owner`.
   */
  wordAt(register: number, irq: number, owner: number): number {
    const isOwn = this.config.gic === 3 && irq < 32;
    return (isOwn ? this.redistributorAt(owner) + sgiFrame : 0) + register + (irq >>> 5) * 4;
  }

  /** The offset of an interrupt's byte in a register with a byte for each, as {@link wordAt}. */
  byteAt(register: number, irq: number, owner: number): number {
    const isOwn = this.config.gic === 3 && irq < 32;
    return (isOwn ? this.redistributorAt(owner) + sgiFrame : 0) + register + irq;
  }

  /** The vCPU whose banked registers `vcpu` accesses: mostly its own. */
  ownerFor(vcpu: number): number {
    return this.config.gic === 2 || this.chance(85) ? vcpu : this.int(0, this.vcpus - 1);
  }

  /** Stores a word with only the bit of one interrupt set. */
  poke(vcpu: number, register: number, irq: number): void {
    const bit = (1 << (irq & 31)) >>> 0;
    this.store(vcpu, this.wordAt(register, irq, this.ownerFor(vcpu)), bit);
  }

  /** Makes the vCPUs in `targets` the targets of an SPI; on a GICv3, one of them. */
  aim(vcpu: number, irq: number, targets: number): void {
    if (irq < 32) return;
    if (this.config.gic === 2) {
      this.store(vcpu, gicd.itargetsr + irq, targets, 1);
      return;
    }
    const named = [0, 1, 2, 3].filter((target) => targets & (1 << target));
    const route = this.chance(80)
      ? this.pick(named.length > 0 ? named : [0])
      : this.pick([0x8000_0000, 0x100, 9]);
    this.store(vcpu, gicd3.irouter + irq * 8, route, this.chance(50) ? 4 : 8);
  }

  /** MRS or MSR. */
  system(vcpu: number, encoding: number, write: boolean, value: bigint): void {
    this.add({ op: 'sysreg', vcpu, encoding, write, value });
  }

  /** A plain load at an offset from the distributor, which may be in a redistributor. */
  load(vcpu: number, offset: number, bytes: 1 | 2 | 4 | 8 = 4): void {
    this.access(vcpu, plain.load[bytes], this.config.distributor.base + offset, poison);
  }

  store(vcpu: number, offset: number, value: number, bytes: 1 | 2 | 4 | 8 = 4): void {
    this.access(vcpu, plain.store[bytes], this.config.distributor.base + offset, BigInt(value >>> 0));
  }

  /** Reads the register of the CPU interface that a GICv2 has at `offset`. */
  loadInterface(vcpu: number, offset: number): void {
    if (this.config.gic === 3) {
      for (const register of systemRegistersAt[offset] ?? []) this.system(vcpu, register, false, poison);
      return;
    }
    this.access(vcpu, plain.load[4], this.config.cpuInterface.base + offset, poison);
  }

  storeInterface(vcpu: number, offset: number, value: number): void {
    if (this.config.gic === 3) {
      this.#storeSystem(vcpu, offset, value);
      return;
    }
    this.access(vcpu, plain.store[4], this.config.cpuInterface.base + offset, BigInt(value >>> 0));
  }

  /** Writes system registers. The bits of GICC_CTLR are in three of them. */
  #storeSystem(vcpu: number, offset: number, value: number): void {
    if (offset !== gicc.ctlr) {
      for (const register of systemRegistersAt[offset] ?? [])
        this.system(vcpu, register, true, BigInt(value));
      return;
    }
    const common = (value & 0x10 ? 1 : 0) | (value & 0x200 ? 2 : 0);
    this.system(vcpu, systemRegisters.igrpen0, true, BigInt(value & 1));
    this.system(vcpu, systemRegisters.igrpen1, true, BigInt((value >>> 1) & 1));
    if (common !== 0 || this.chance(30)) this.system(vcpu, systemRegisters.ctlr, true, BigInt(common));
  }

  access(vcpu: number, form: number, address: number, value: bigint): void {
    this.add({
      op: 'access',
      vcpu,
      form,
      rt: dataRegister,
      rt2: pairRegister,
      rn: baseRegister,
      address: BigInt(address),
      value,
    });
  }

  /** A valid entry point in guest RAM. */
  entry(): bigint {
    return BigInt(this.config.ram.base + this.pick([0, 0x8_0000, 0x20_0000, this.config.ram.size - 4]));
  }

  register(vcpu: number, irq: number): void {
    if (irq < 16 || irq === this.config.virtualTimer) return;
    if (this.chance(30)) this.passthrough(vcpu, irq, this.int(0, 8));
    else this.add({ op: 'register', vcpu, irq, ack: !this.chance(10), cookie: this.int(0, 0xffff) });
    this.registered.push({ vcpu, irq });
  }

  passthrough(vcpu: number, irq: number, channel: number): void {
    this.add({ op: 'passthrough', vcpu, irq, channel });
    this.channels.push(channel);
  }
}
