// SPDX-License-Identifier: BSD-2-Clause
/** Reads from a target the choices that the architecture leaves to an implementation, before the first case. */

import { HarnessError } from '../base/error.js';
import { hex } from '../base/text.js';
import {
  type Implementation,
  type ModelConfig,
  plain,
  psciFunctions,
  type Seen,
  sgiFrame,
  systemRegisters,
} from '../model/index.js';
import { withinBounds } from './learn-bounds.js';
import type { Session } from './link/session.js';
import type { WireStep } from './link/steps.js';

/** Offset of the guest's entry point. Any address in its RAM will do. */
const entry = 0x8_0000;
const poison = 0x5555_5555n;

/** Steps of a guest on vCPU 0 of a new machine. */
class QuestionList {
  readonly steps: WireStep[] = [];

  constructor(readonly config: ModelConfig) {
    this.anew();
  }

  /** Resets the machine, so that a VMM that does not survive one question can still answer the others. */
  anew(): void {
    const pc = BigInt(this.config.ram.base + entry);
    this.steps.push({ op: 'reset', vcpus: 1, page: false }, { op: 'init', cpu: 0 });
    this.steps.push({ op: 'start', vcpu: 0, pc, dtb: 0n, initrd: 0n });
  }

  /** Adds a load at an offset in the distributor. Returns the index of the step. */
  load(offset: number, bytes: 1 | 2 | 4 = 4): number {
    return this.#access(plain.load[bytes], offset, poison);
  }

  store(offset: number, value: number, bytes: 1 | 2 | 4 = 4): number {
    return this.#access(plain.store[bytes], offset, BigInt(value >>> 0));
  }

  /**
   * Makes an interrupt of group 0 pending while only group 1 is enabled in the CPU interface. Returns the index of the
   * load of GICC_IAR.
   */
  takeOfDisabledGroup(): number {
    const { base, size } = this.config.distributor;
    const gicc = this.config.cpuInterface.base - base;
    if (size > gicc) throw new RangeError('the frames of the interrupt controller overlap');
    this.store(gicc, 2);
    this.store(gicc + 4, 0xff);
    this.store(0x000, 1);
    this.store(0x104, 1 << 8);
    this.store(0x204, 1 << 8);
    return this.load(gicc + 0x0c);
  }

  /** Writes zero to a binary point and loads it. Returns the index of the load. */
  interfacePoint(offset: number): number {
    const { base, size } = this.config.distributor;
    const place = this.config.cpuInterface.base - base + offset;
    if (size > place) throw new RangeError('the frames of the interrupt controller overlap');
    this.store(place, 0);
    return this.load(place);
  }

  /** Writes a system register and reads it. Returns the index of the read. */
  system(encoding: number, value: bigint): number {
    const step = { op: 'sysreg', vcpu: 0, encoding } as const;
    this.#add({ ...step, write: true, value });
    return this.#add({ ...step, write: false, value: poison });
  }

  call(id: number): number {
    return this.#add({ op: 'smc', vcpu: 0, x0: BigInt(id), x1: 0n, x2: 0n, x3: 0n });
  }

  #access(form: number, offset: number, value: bigint): number {
    const address = BigInt(this.config.distributor.base + offset);
    return this.#add({ op: 'access', vcpu: 0, form, rt: 2, rt2: 3, rn: 1, address, value });
  }

  #add(step: WireStep): number {
    return this.steps.push(step) - 1;
  }
}

/** The value of a register after a step; 0 when the step did not end at the next instruction. */
function registerAfter(seen: Seen | undefined, number: number, before: bigint): number {
  if (seen?.outcome.kind !== 'next') return 0;
  const change = seen.changes.find((changed) => changed.number === number);
  return Number((change?.value ?? before) & 0xffff_ffffn);
}

/**
 * Asks the target and returns the configuration with its answers, as far as the architecture leaves them open. Rejects
 * when the guest has no distributor.
 */
export async function learn(session: Pick<Session, 'run'>, config: ModelConfig): Promise<ModelConfig> {
  const questions = new QuestionList(config);
  const isV3 = config.gic === 3;
  // Offset from the distributor to the registers of private interrupts.
  const own = isV3 ? config.redistributorBase + sgiFrame - config.distributor.base : 0;
  const typer = questions.load(0x004);
  const iidr = questions.load(0x008);
  const redistributorIidr = isV3 ? questions.load(own - sgiFrame + 0x004) : undefined;
  const group = questions.load(0x084);
  questions.anew();
  questions.store(0x420, 0xff);
  const priority = questions.load(0x420);
  questions.anew();
  questions.store(own + 0x180, 0xffff);
  const sgis = questions.load(own + 0x100);
  questions.anew();
  const ppis = questions.load(own + 0xc04);
  questions.store(own + 0xc04, 0xaaaa_aaaa);
  const ppisAfter = questions.load(own + 0xc04);
  questions.anew();
  questions.store(0x104, 0x0000_ff00);
  const lane = questions.load(0x105, 1);
  questions.anew();
  const points = isV3
    ? [questions.system(systemRegisters.bpr0, 0n), questions.system(systemRegisters.bpr1, 0n)]
    : [questions.interfacePoint(0x08), questions.interfacePoint(0x1c)];
  questions.anew();
  const mask = isV3 ? questions.system(systemRegisters.pmr, 0xffn) : undefined;
  questions.anew();
  const taken = isV3 ? undefined : questions.takeOfDisabledGroup();
  questions.anew();
  const psci = questions.call(psciFunctions.version);
  questions.anew();
  const smccc = questions.call(psciFunctions.smcccVersion);
  const seen = await session.run(questions.steps);
  const read = (place: number) => registerAfter(seen[place], 2, poison);
  if (seen[typer]?.outcome.kind !== 'next') {
    throw new HarnessError('product', 'the guest has no interrupt controller', {
      expected: `GICD_TYPER at ${hex(config.distributor.base + 4)}`,
      got: `a load there ended with: ${seen[typer]?.outcome.kind}`,
    });
  }
  const implementation: Implementation = {
    typer: read(typer),
    intids: Math.min(1020, ((read(typer) & 31) + 1) * 32),
    iidr: read(iidr),
    priorityMask: read(priority) & 0xff,
    interfacePriorityMask: read(mask ?? priority) & 0xff,
    sgisAlwaysEnabled: (read(sgis) & 0xffff) === 0xffff,
    ppiTriggers: read(ppis),
    ppiTriggersWritable: read(ppisAfter) !== read(ppis),
    otherSizes: read(lane) === 0xff ? 'lanes' : 'ignored',
    binaryPoints: [read(points[0] ?? 0) & 7, read(points[1] ?? 0) & 7],
    takesEnabledOnly: taken === undefined || (read(taken) & 0x3ff) === 1023,
    resetGroup: isV3 && read(group) !== 0 ? 1 : 0,
    redistributorIidr: redistributorIidr === undefined ? 0 : read(redistributorIidr),
    psciVersion: registerAfter(seen[psci], 0, BigInt(psciFunctions.version)),
    smcccVersion: registerAfter(seen[smccc], 0, BigInt(psciFunctions.smcccVersion)),
  };
  return { ...config, implementation: withinBounds(implementation) };
}
