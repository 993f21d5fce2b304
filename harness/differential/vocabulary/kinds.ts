// SPDX-License-Identifier: BSD-2-Clause
/** The kinds of acts, and how often each is drawn. */
import type { Act } from '../program.js';
import { exceptions, jumps } from './control.js';
import { breakpoints, steps } from './debug.js';
import { firmware } from './firmware.js';
import { interrupts, timers } from './interrupts.js';
import { maintenance, memory, slots } from './memory.js';
import type { Scene } from './scene.js';
import { systemReads, systemWrites } from './system.js';
import { unmapped } from './unmapped.js';
import { waits } from './waits.js';
import { walks } from './walks.js';

export interface Kind {
  name: string;
  about: string;
  weight: number;
  /** Drawn only in some programs, which then restore the interrupt controller. */
  interrupts?: true;
  /** Drawn only where there are several CPUs. */
  cpus?: true;
  /** Uses debug registers, which must be the vCPU's own. */
  debug?: true;
  make: (scene: Scene) => Act[];
}

export const kinds: readonly Kind[] = [
  { name: 'memory', about: 'loads and stores of every form', weight: 50, make: memory },
  { name: 'maintenance', about: 'DC, IC, AT, prefetch', weight: 8, make: maintenance },
  { name: 'slots', about: 'pages that change', weight: 4, make: slots },
  {
    name: 'walks',
    about: 'loads and stores through tables of other sizes, granules and levels',
    weight: 5,
    make: walks,
  },
  { name: 'cpus', about: 'CPU_ON, CPU_OFF', weight: 4, cpus: true, make: (scene) => [scene.switchCpu()] },
  { name: 'step', about: 'single step over loads and stores', weight: 4, debug: true, make: steps },
  { name: 'breakpoints', about: 'breakpoints and watchpoints', weight: 4, debug: true, make: breakpoints },
  { name: 'unmapped', about: 'loads and stores without the MMU', weight: 6, make: unmapped },
  { name: 'exceptions', about: 'SVC, HVC, SMC, BRK, UDF, illegal returns', weight: 8, make: exceptions },
  { name: 'jumps', about: 'branches to data, holes and misaligned addresses', weight: 4, make: jumps },
  { name: 'reads', about: 'MRS of every encoding', weight: 10, make: systemReads },
  { name: 'writes', about: 'MSR', weight: 6, make: systemWrites },
  { name: 'firmware', about: 'PSCI and SMCCC', weight: 4, make: firmware },
  { name: 'interrupts', about: 'the interrupt controller', weight: 60, interrupts: true, make: interrupts },
  { name: 'timers', about: 'the virtual timer', weight: 20, interrupts: true, make: timers },
  { name: 'waits', about: 'WFI, WFE, CPU_SUSPEND', weight: 3, interrupts: true, make: waits },
];
