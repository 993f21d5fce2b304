// SPDX-License-Identifier: BSD-2-Clause
/** The result of a run, as kept in `verdict.json`. */

import type { ErrorDetail, Fault, HarnessError } from '../base/error.js';

/**
 * `error`: the check could not be completed, but not through the product's fault; the checks after it are `not run`.
 */
export type CheckOutcome = 'pass' | 'fail' | 'error' | 'not run' | 'skipped';

/** One line of the verdict. */
export interface Result {
  name: string;
  outcome: CheckOutcome;
  expected?: string;
  got?: string;
  /** `console.log:line` at which the check was done. */
  where?: string;
  /** `console.log:line` at which it ended: the part from `where` on is its own. */
  until?: string;
  /** File of a user's test, relative to the suite's folder. */
  file?: string;
  /** `file:line:column` of a user's test that failed. */
  source?: string;
  /** Number of the attempt that gave this result, if not the first. */
  attempts?: number;
  /** Duration in milliseconds. */
  ms: number;
  /** Its parts, one after the other: the phases of a boot; the boot and the body of a user's test. */
  phases?: readonly { name: string; ms: number }[];
}

/**
 * The result of work that an error ended: a failure of the product, an error of something else or, after a signal, no
 * result.
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

/** An input file of a run. */
export interface InputFile {
  path: string;
  /** SHA-256 in hex. */
  sha256: string;
  /** In bytes. */
  size: number;
}

/** Stands for an image that was never made. */
export const noFile: InputFile = { path: '', sha256: '', size: 0 };

export interface Verdict {
  /** `error` and `interrupted` say nothing about the product: something else ended the run, or a signal did. */
  outcome: 'pass' | 'fail' | 'error' | 'interrupted';
  board: string;
  sdk: { name: string; version: string; dir: string };
  config: string;
  /** 0 when unknown, in a user's own suite. */
  vcpus: number;
  target: string;
  /** In ISO 8601. */
  started: string;
  /** Milliseconds from the start of the target to its end. */
  ms: number;
  results: Result[];
  /** The error that ended the run before its last check, if any. */
  error?: { fault: Fault; message: string } & Omit<ErrorDetail, 'cause'>;
  /** The image that ran, and its inputs. */
  image: InputFile;
  inputs: Record<string, InputFile>;
  /** Version and command line of the target. */
  facts: Readonly<Record<string, string>>;
  /** The command that repeats this run. */
  repeat: string;
}

/** A run's folder, and its verdict. */
export interface Run {
  folder: string;
  verdict: Verdict;
}

/** The place of a case in its suite's matrix. For a case without a verdict it is recorded nowhere else. */
interface Place {
  board: string;
  config: string;
  sdk: string;
}

/**
 * The outcome of one board or case: a run with its verdict, why there is none, or why it was skipped. `name` is the
 * board's on the desk, or the case's in its suite.
 */
export type BoardRun = { name: string; place?: Place } & (
  | { run: Run }
  | { error: HarnessError }
  | { skipped: string }
);

/** `pass` when every check was done and passed; `error` when one could not be completed. */
export function outcomeOf(results: readonly Result[]): 'pass' | 'fail' | 'error' {
  if (results.some((one) => one.outcome === 'error')) return 'error';
  return results.length > 0 && results.every(({ outcome }) => outcome === 'pass' || outcome === 'skipped')
    ? 'pass'
    : 'fail';
}
