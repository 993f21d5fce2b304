// SPDX-License-Identifier: BSD-2-Clause
/** What a check of a run is, and what comes of it. */
import type { Board } from '../../../boards/board.js';
import type { Machine } from '../../machine/machine.js';
import type { GuestShell } from './shell.js';

/** What the checks are told of the guest that runs. */
export interface CheckContext {
  board: Board;
  vcpus: number;
  /** `debug`: the VMM's own lines are on the console; `release`: they are not. */
  config: string;
  /** Bytes of RAM that the guest was given. */
  ramSize: number;
  /** What `uname -r` should say; undefined when the kernel image does not tell. */
  kernelRelease: string | undefined;
  machine: Machine;
  shell: GuestShell;
  /** Milliseconds of a monotonic host clock. */
  now: () => number;
  /** Waits for so many milliseconds of that clock. */
  sleep: (ms: number) => Promise<unknown>;
}

/** What a check found: both are printed, whether or not they agree. */
interface Observation {
  passed: boolean;
  expected: string;
  got: string;
}

export interface Check {
  /** A sentence's worth of name: `memory size`. */
  name: string;
  /** Looks at the guest. A HarnessError that it throws (a wait that failed) fails the check with its words. */
  run(context: CheckContext): Promise<Observation>;
}
