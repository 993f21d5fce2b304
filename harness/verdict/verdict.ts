// SPDX-License-Identifier: BSD-2-Clause
/** What a run found, as it is kept in `verdict.json`. */

import type { ErrorDetail, Fault, HarnessError } from '../base/error.js';

export type Outcome = 'pass' | 'fail' | 'not run';

/** One line of the verdict. */
export interface Result {
  name: string;
  outcome: Outcome;
  expected?: string;
  got?: string;
  /** `console.log:line` at which the check was done. */
  where?: string;
  /** Milliseconds it took. */
  ms: number;
}

/** A file that went into a run. */
export interface InputFile {
  path: string;
  /** SHA-256, in hex. */
  sha256: string;
  /** Bytes. */
  size: number;
}

export interface Verdict {
  outcome: 'pass' | 'fail';
  board: string;
  sdk: { name: string; version: string; dir: string };
  config: string;
  vcpus: number;
  target: string;
  /** ISO 8601. */
  started: string;
  /** Milliseconds from the start of the target to its end. */
  ms: number;
  results: Result[];
  /** What ended the run before its last check, when something did. */
  error?: { fault: Fault; message: string } & Omit<ErrorDetail, 'cause'>;
  /** The image that ran, and what it was made of. */
  image: InputFile;
  inputs: Record<string, InputFile>;
  /** Version and command line of the target. */
  facts: Readonly<Record<string, string>>;
  /** The command that does this run again. */
  repeat: string;
}

/** A run's folder, and what it found. */
export interface Run {
  folder: string;
  verdict: Verdict;
}

/** What came of one board: a run with its verdict, or why there is none. `name` is the board's on the desk. */
export type BoardRun = { name: string } & ({ run: Run } | { error: HarnessError });

/** `pass` when every check was done and passed. */
export function outcomeOf(results: readonly Result[]): 'pass' | 'fail' {
  return results.length > 0 && results.every((one) => one.outcome === 'pass') ? 'pass' : 'fail';
}
