// SPDX-License-Identifier: BSD-2-Clause
/** A tier: something that does steps. */

import type { HarnessError } from '../base/error.js';
import { defaultConfig, type ModelConfig } from '../model/index.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { type Greeting, greetingFlags } from './link/greeting.js';
import type { Session } from './link/session.js';

/** `vmm`: it died; `silent`: its target runs, but nothing answers; `target`: what the VMM runs on. */
export type Death = 'vmm' | 'silent' | 'target';

export interface Diagnosis {
  cause: Death;
  /** What the run ends with when it was the target. */
  error: HarnessError;
}

export interface Tier {
  readonly name: string;
  /** What the VMM runs on, as reports say it; empty where the name says it all. */
  readonly on: string;
  /** A sanitizer looks at the VMM's accesses to memory. */
  readonly seesMemory: boolean;
  /**
   * How often a case must end the VMM before that counts against it: once where nothing else can be the reason, more often
   * where a machine is in between.
   */
  readonly deathsToCount: number;
  /** Rules that what the VMM runs on is known to break by itself. */
  readonly deviations?: readonly Deviation[];
  readonly session: Session;
  /** Why the session ended with `error`. Asked before {@link restart}. */
  diagnose(error: HarnessError): Promise<Diagnosis>;
  /** Begins anew after the target has died. */
  restart(): Promise<void>;
  /** What was printed before the target died. */
  lastOutput(): string;
  stop(): Promise<void>;
}

/** What the model has to know of a target, as far as the target says it itself. */
export function configOf(greeting: Greeting): ModelConfig {
  return {
    ...defaultConfig,
    witness: greeting.flags & greetingFlags.bare ? 'bare' : 'vmm',
    seesKernel: (greeting.flags & greetingFlags.seesKernel) !== 0,
    vcpus: greeting.vcpus,
    listRegisters: greeting.listRegisters,
    distributor: { base: Number(greeting.distributorBase), size: greeting.distributorSize },
    gic: greeting.redistributorBase === 0n ? 2 : 3,
    redistributorBase: Number(greeting.redistributorBase),
    cpuInterface: { base: Number(greeting.cpuInterfaceBase), size: greeting.cpuInterfaceSize },
    ram: { base: Number(greeting.ramBase), size: Number(greeting.ramSize) },
    imageSpace: greeting.imageSpace,
    virtualTimer: greeting.virtualTimer,
    irqChannels: greeting.irqChannels,
  };
}
