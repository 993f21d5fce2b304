// SPDX-License-Identifier: BSD-2-Clause
/** What a run found, as it is kept in `verdict.json`. */

import type { ErrorDetail, Fault, HarnessError } from '../base/error.js';

/** `error`: it could not be done, by no fault of the product's; what then was not tried is `not run`. */
export type CheckOutcome = 'pass' | 'fail' | 'error' | 'not run';

/** One line of the verdict. */
export interface Result {
  name: string;
  outcome: CheckOutcome;
  expected?: string;
  got?: string;
  /** `console.log:line` at which the check was done. */
  where?: string;
  /** Milliseconds it took. */
  ms: number;
}

/**
 * The result of work that an error ended: a failure of the product, an error of something else, or, where a signal had
 * ended it, nothing.
 */
export function endedBy(error: HarnessError, interrupted: boolean): Omit<Result, 'name' | 'ms'> {
  if (interrupted) return { outcome: 'not run' };
  const { where, expected, got } = error.detail;
  return {
    outcome: error.fault === 'product' ? 'fail' : 'error',
    ...(expected !== undefined && { expected }),
    got: got === undefined ? error.message : `${error.message}; ${got}`,
    ...(where !== undefined && { where }),
  };
}

/** A file that went into a run. */
export interface InputFile {
  path: string;
  /** SHA-256, in hex. */
  sha256: string;
  /** Bytes. */
  size: number;
}

/** In the place of an image that was never made. */
export const noFile: InputFile = { path: '', sha256: '', size: 0 };

export interface Verdict {
  /** `error` and `interrupted` say nothing of the product: something else ended the run, or a signal did. */
  outcome: 'pass' | 'fail' | 'error' | 'interrupted';
  board: string;
  sdk: { name: string; version: string; dir: string };
  config: string;
  /** 0: not known, in a suite of a user's own. */
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

/**
 * What came of one board or case: a run with its verdict, why there is none, or why it was not tried here. `name` is the
 * board's on the desk, or the case's in its suite.
 */
export type BoardRun = { name: string } & ({ run: Run } | { error: HarnessError } | { skipped: string });

/** `pass` when every check was done and passed; `error` when one could not be done. */
export function outcomeOf(results: readonly Result[]): 'pass' | 'fail' | 'error' {
  if (results.some((one) => one.outcome === 'error')) return 'error';
  return results.length > 0 && results.every((one) => one.outcome === 'pass') ? 'pass' : 'fail';
}
