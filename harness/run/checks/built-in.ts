// SPDX-License-Identifier: BSD-2-Clause
/** The checks that a suite can name, with their parameters. docs/suite.md describes each. */
import type { Board } from '../../../boards/board.js';
import type { Phase } from '../boot.js';
import type { Check } from './check.js';
import { clockCheck } from './clock.js';
import { cpuCheck, kernelCheck, memoryCheck } from './identity.js';
import { interruptName, timerCheck, uartCheck } from './interrupts.js';
import { poweroffCheck, rebootCheck } from './life.js';

/** The keys that built-in checks accept. */
export interface Parameters {
  release?: string | RegExp | undefined;
  mib?: number | undefined;
  count?: number | undefined;
  interrupt?: string | undefined;
  drift?: number | undefined;
  command?: string | undefined;
  until?: string | RegExp | undefined;
}
type Key = keyof Parameters;

/** The facts about the machine that they may use. */
export interface Surroundings {
  board: Board;
  /** From the first line of the guest's kernel to its prompt. */
  restart: readonly Phase[];
  /** A command for the shell after each boot. */
  prepare: string | undefined;
}

interface BuiltIn {
  needs: readonly Key[];
  takes: readonly Key[];
  make(parameters: Parameters, surroundings: Surroundings): Check;
}

/** In the order in which `run` performs them: the last one ends the guest. */
export const builtIns = {
  kernel: { needs: [], takes: ['release'], make: ({ release }) => kernelCheck(release) },
  memory: { needs: ['mib'], takes: [], make: ({ mib = 0 }) => memoryCheck(mib * 2 ** 20) },
  cpus: { needs: ['count'], takes: [], make: ({ count = 1 }) => cpuCheck(count) },
  timer: { needs: [], takes: ['count'], make: ({ count }) => timerCheck(count) },
  uart: {
    needs: [],
    takes: ['interrupt'],
    make: ({ interrupt }, { board }) => uartCheck(interrupt ?? interruptName(board.uart)),
  },
  clock: { needs: [], takes: ['drift'], make: ({ drift }) => clockCheck(drift) },
  reboot: {
    needs: [],
    takes: ['command'],
    make: ({ command = 'reboot -f' }, { restart, prepare }) =>
      rebootCheck({ command, phases: restart, prepare }),
  },
  poweroff: {
    needs: [],
    takes: ['command', 'until'],
    make: ({ command = 'poweroff -f', until = 'reboot: Power down' }) => poweroffCheck({ command, until }),
  },
} as const satisfies Record<string, BuiltIn>;

export type BuiltInName = keyof typeof builtIns;
export const builtInNames = Object.keys(builtIns) as BuiltInName[];

/** Keys of `given` that the check does not accept, and keys that it needs and lacks. */
export function misfits(name: BuiltInName, given: Parameters): { unknown: Key[]; missing: Key[] } {
  const { needs, takes }: BuiltIn = builtIns[name];
  const has = (Object.keys(given) as Key[]).filter((key) => given[key] !== undefined);
  return {
    unknown: has.filter((key) => !needs.includes(key) && !takes.includes(key)),
    missing: needs.filter((key) => !has.includes(key)),
  };
}
