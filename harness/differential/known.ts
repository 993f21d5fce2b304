// SPDX-License-Identifier: BSD-2-Clause
/** Differences that are legal, or the bare machine's own fault: each with its reason and where that stands. */
import type { Difference } from './difference.js';
import type { Seen } from './log.js';
import type { Program } from './program.js';

export interface Context {
  difference: Difference;
  bare: Seen;
  vmm: Seen;
  program: Program;
}

export interface Known {
  id: string;
  why: string;
  source: string;
  /** What comes after it in the program cannot be compared. */
  ends?: boolean;
  explains: (context: Context) => boolean;
}

export const knownDifferences: readonly Known[] = [];
