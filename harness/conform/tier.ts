// SPDX-License-Identifier: BSD-2-Clause
/** A tier: something that does steps. */

import { type Greeting, greetingFlags } from '../link/greeting.js';
import type { Session } from '../link/session.js';
import { defaultConfig, type ModelConfig } from '../model/index.js';

export interface Tier {
  readonly name: string;
  /** A sanitizer looks at the VMM's accesses to memory. */
  readonly seesMemory: boolean;
  /** The subject shares the target's process: when it crashes, the line closes. */
  readonly mayCrash: boolean;
  readonly session: Session;
  /** Begins anew after the target has died. */
  restart(): Promise<void>;
  /** What was printed before the target died. */
  lastWords(): string;
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
    cpuInterface: { base: Number(greeting.cpuInterfaceBase), size: greeting.cpuInterfaceSize },
    ram: { base: Number(greeting.ramBase), size: Number(greeting.ramSize) },
    imageSpace: greeting.imageSpace,
    virtualTimer: greeting.virtualTimer,
    channels: greeting.channels,
  };
}
