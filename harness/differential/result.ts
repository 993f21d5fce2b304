// SPDX-License-Identifier: BSD-2-Clause
/** What a differential run has found. */
import type { Difference } from './difference.js';
import type { Known } from './known/context.js';
import type { Machine } from './machine.js';
import type { Program } from './program.js';

/** A difference with its shrunk program. */
export interface Found {
  /** Number of the program that showed it first. */
  number: number;
  program: Program;
  /** `undefined` when the VMM or its guest has died. */
  difference: Difference | undefined;
  /** The last output of a VMM that died. */
  output?: string;
  /** Number of programs that showed it. */
  times: number;
  /** Milliseconds spent on shrinking. */
  shrunkIn: number;
}

export interface DifferentialRun {
  programs: number;
  acts: number;
  found: Found[];
  known: Map<Known, number>;
  /** Programs on which the bare machine is not deterministic. */
  setAside: number;
  /** Programs during which the VMM fell silent, but not when they ran again: they have no verdict. */
  notRepeated: number;
  machines: { bare: Machine; vmm: Machine } | undefined;
  ms: number;
  /** The part of `ms` in which both machines ran, without builds. */
  machineMs: number;
}

/** A run that has not begun. */
export const newRun = (): DifferentialRun => ({
  programs: 0,
  acts: 0,
  found: [],
  known: new Map(),
  setAside: 0,
  notRepeated: 0,
  machines: undefined,
  ms: 0,
  machineMs: 0,
});
