// SPDX-License-Identifier: BSD-2-Clause
/** A check of a run, and its result. */
import type { Machine } from '../../machine/machine.js';
import type { Programs } from '../diagnosis/explain.js';
import type { GuestShell } from '../shell.js';

/** What a check knows about the running guest. */
export interface CheckContext {
  machine: Machine;
  /** ELF files of the protection domains, if known. */
  programs: Programs;
  shell: GuestShell;
  /** Shells of several guests, by name. */
  guests: ReadonlyMap<string, GuestShell>;
  /** The time in milliseconds of a monotonic host clock. */
  now: () => number;
  /** Waits for `ms` milliseconds of that clock. */
  sleep: (ms: number) => Promise<unknown>;
}

/** The result of a check. Both values are printed, whether or not they agree. */
export interface Observation {
  passed: boolean;
  expected: string;
  got: string;
}

export interface Check {
  /** Which of several guests it looks at; the first one when not given. */
  guest?: string | undefined;
  /** A short noun phrase: `memory size`. */
  name: string;
  /** Checks the guest. A HarnessError that it throws (a wait that failed) fails the check with the error's text. */
  run(context: CheckContext): Promise<Observation>;
}
