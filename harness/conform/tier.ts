// SPDX-License-Identifier: BSD-2-Clause
/** A tier: a target that executes steps. */

import type { HarnessError } from '../base/error.js';
import { defaultConfig, type ModelConfig } from '../model/index.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import type { Guidance } from './guidance.js';
import { type Greeting, greetingFlags } from './link/greeting.js';
import type { Session } from './link/session.js';

/**
 * What has ended a session. `vmm`: the VMM died. `target`: the kernel or machine below it died. `silent`: the target
 * runs, but does not answer.
 */
export type Death = 'vmm' | 'silent' | 'target';

export interface Diagnosis {
  cause: Death;
  /** The error of the run when the target died. */
  error: HarnessError;
}

export interface Tier {
  readonly name: string;
  /** Name of what the VMM runs on, for reports; empty when the tier's name is enough. */
  readonly on: string;
  /** A sanitizer checks the VMM's accesses to memory. */
  readonly seesMemory: boolean;
  /**
   * How often a case must kill the VMM before that counts as its fault: once where there can be no other cause, more
   * often where a machine is in between.
   */
  readonly deathsToCount: number;
  /** The target can stop by itself: silence counts only if it repeats, whatever was seen before. */
  readonly mayStop?: boolean;
  /** Rules that what the VMM runs on is known to break. */
  readonly deviations?: readonly Deviation[];
  /** Coverage of the library, if it is compiled with instrumentation. */
  readonly guidance?: Guidance | undefined;
  readonly session: Session;
  /** Finds out why the session ended with `error`. Called before {@link restart}. */
  diagnose(error: HarnessError): Promise<Diagnosis>;
  /** Starts the target again after it has died. */
  restart(): Promise<void>;
  /** The output of the target before it died. */
  lastOutput(): string;
  stop(): Promise<void>;
}

/** The model's configuration, as far as the greeting of the target describes it. */
export function configOf(greeting: Greeting): ModelConfig {
  return {
    ...defaultConfig,
    witness: greeting.flags & greetingFlags.bare ? 'bare' : 'vmm',
    seesKernel: (greeting.flags & greetingFlags.seesKernel) !== 0,
    translates: (greeting.flags & greetingFlags.translates) !== 0,
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
