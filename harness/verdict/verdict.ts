// SPDX-License-Identifier: BSD-2-Clause
/** What a run found, as it is kept in `verdict.json`. */

import type { ErrorDetail, Fault } from '../base/error.js';
import type { Result } from '../run/checks/check.js';

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

/** `pass` when every check was done and passed. */
export function outcomeOf(results: readonly Result[]): 'pass' | 'fail' {
  return results.length > 0 && results.every((one) => one.outcome === 'pass') ? 'pass' : 'fail';
}
