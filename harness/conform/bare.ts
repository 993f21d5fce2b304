// SPDX-License-Identifier: BSD-2-Clause
/**
 * The bare machine as a witness of the model: it executes the guest's part of a case.
 *
 * The steps that a machine without a VMM can do are kept: the start and the guest's accesses to its interrupt
 * controller. An injection becomes a write of GICD_ISPENDR, which acts as an edge on the interrupt's line. The case
 * ends at the first step that has no counterpart and cannot be left out.
 */
import {
  type ModelConfig,
  plain,
  psciFunctions,
  redistributor,
  redistributorsOf,
  type Step,
  sgiFrame,
  systemRegisters,
} from '../model/index.js';
import type { Case } from './case.js';

const ispendr = 0x200;
/** System registers that set up a GICv3's CPU interface or send SGIs. */
const interfaceRegisters: readonly number[] = Object.values(systemRegisters);
/** On a GICv2 a write of zero here makes QEMU fail an assertion when the SGI is taken (7.2: gic_clear_pending_sgi). */
const spendsgir = { first: 0xf20, last: 0xf2f } as const;
/** GICR_WAKER: QEMU keeps the bits, and forwards interrupts to a redistributor that is asleep. */
const waker = 0x14;
/** Bytes of the largest access. */
const widest = 16;
const privateIntids = 32;
const cpuOn: readonly number[] = [psciFunctions.cpuOn, 0x8400_0003, 0xc400_0003];

/** A case for the bare machine, and the index in it of each step of the original case. */
export interface BareCase {
  bare: Case;
  places: ReadonlyMap<number, number>;
}

/** Tracks registrations and running vCPUs of a case. */
class Follower {
  readonly steps: Step[] = [];
  readonly #registered = new Map<string, readonly [vcpu: number, irq: number]>();
  readonly #running = new Set<number>();

  constructor(readonly config: ModelConfig) {}

  /** Takes a step over or leaves it out. Returns false when the case must end before it. */
  take(step: Step): boolean {
    switch (step.op) {
      case 'init':
      case 'handler':
      case 'images':
      case 'timer':
      case 'line':
      case 'wait':
        return true;
      case 'sysreg':
        if (this.#running.has(step.vcpu) && this.#isOfInterface(step)) this.steps.push(step);
        return true;
      case 'register':
        this.#registered.set(`${step.vcpu}:${step.irq}`, [step.vcpu, step.irq]);
        return true;
      case 'passthrough':
        this.#registered.set(`channel ${step.channel}`, [step.vcpu, step.irq]);
        return true;
      case 'inject':
        this.#pend(this.#registered.get(`${step.vcpu}:${step.irq}`));
        return true;
      case 'handle':
        this.#pend(this.#registered.get(`channel ${step.channel}`));
        return true;
      case 'start':
        if (!this.#isInRam(step.pc) || step.vcpu >= this.config.vcpus) return true;
        if (this.#running.size > 0) return false;
        this.steps.push({ op: 'init', cpu: 0 }, step);
        this.#running.add(step.vcpu);
        return true;
      case 'stop':
      case 'restart':
        return this.#running.size === 0;
      case 'smc':
        return this.#smc(step);
      case 'access':
        if (this.#running.has(step.vcpu) && this.#isAskedFor(step)) this.steps.push(step);
        return true;
      default:
        if (this.#running.has(step.vcpu)) this.steps.push(step);
        return true;
    }
  }

  /** Takes over CPU_ON only: other calls are answered by firmware, or end the run. */
  #smc(step: Extract<Step, { op: 'smc' }>): boolean {
    const target = Number(step.x1);
    if (!this.#running.has(step.vcpu)) return true;
    const isOn = cpuOn.includes(Number(step.x0 & 0xffff_ffffn));
    if (!isOn) return (step.x0 & 0xff00_0000n) !== 0x8400_0000n && (step.x0 & 0xff00_0000n) !== 0xc400_0000n;
    if (target >= this.config.vcpus || this.#running.has(target) || !this.#isInRam(step.x2)) return true;
    this.steps.push(step);
    this.#running.add(target);
    return true;
  }

  /** Makes an interrupt pending, by the first CPU that can set its pending bit. */
  #pend(source: readonly [vcpu: number, irq: number] | undefined): void {
    if (source === undefined) return;
    const [vcpu, irq] = source;
    const by = irq < privateIntids ? vcpu : [...this.#running][0];
    if (irq < 16 || irq >= this.config.implementation.intids || by === undefined || !this.#running.has(by))
      return;
    const { gic, distributor, redistributorBase } = this.config;
    const own = redistributorBase + vcpu * redistributor.size + sgiFrame;
    const frame = gic === 3 && irq < privateIntids ? own : distributor.base;
    const address = BigInt(frame + ispendr + (irq >>> 5) * 4);
    const value = BigInt((1 << (irq & 31)) >>> 0);
    this.steps.push({ op: 'access', vcpu: by, form: plain.store[4], rt: 2, rt2: 3, rn: 1, address, value });
  }

  #isAskedFor({ address }: { address: bigint }): boolean {
    const { gic, distributor, cpuInterface } = this.config;
    const offset = Number(address) - distributor.base;
    if (gic === 2 && offset > spendsgir.first - widest && offset <= spendsgir.last) return false;
    const redistributors = redistributorsOf(this.config);
    const own = (Number(address) - redistributors.base) % redistributor.size;
    if (gic === 3 && own > waker - widest && own < waker + 4) return false;
    const frames = [distributor, cpuInterface, redistributors];
    return frames.some(({ base, size }) => address >= base && address < base + size);
  }

  #isOfInterface({ encoding, state = 0 }: { encoding: number; state?: number }): boolean {
    return this.config.gic === 3 && state === 0 && interfaceRegisters.includes(encoding);
  }

  #isInRam(address: bigint): boolean {
    const { base, size } = this.config.ram;
    return address % 4n === 0n && address >= BigInt(base) && address < BigInt(base + size);
  }
}

/** The part of `original` that the bare machine with `config` can execute. */
export function bareCase(original: Case, config: ModelConfig): BareCase {
  const follower = new Follower(config);
  const places = new Map<number, number>();
  for (const [index, step] of original.steps.entries()) {
    const before = follower.steps.length;
    if (!follower.take(step)) break;
    if (follower.steps.length > before) places.set(index, follower.steps.length - 1);
  }
  const { vcpus, gic } = config;
  const bare = { vcpus, page: false, ...(gic === 3 && { gic }), steps: follower.steps };
  return { bare, places };
}
