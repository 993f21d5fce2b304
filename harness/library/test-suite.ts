// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import { noProgress, type Progress } from '../base/progress.js';
import { runSelected, type SuiteSelection, selectSuite } from '../run/suite/select.js';
import { writePageOf } from '../verdict/report/write.js';
import { exitCodeOf } from '../verdict/summary.js';
import type { BoardRun } from '../verdict/verdict.js';

export interface SuiteOptions extends SuiteSelection {
  /** Where run folders are made; `runs` in the current folder when not given. */
  runs?: string;
  /** A lab file whose boards the cases run on; QEMU without one. */
  lab?: string;
  /** A case that cannot be tried here fails, instead of being skipped. */
  require?: boolean;
  /** Every machine boots, also where a snapshot of its boot is kept. */
  fresh?: boolean;
  signal?: AbortSignal;
  progress?: Progress;
}

export interface SuiteResult {
  /** The run's folder: report.html, junit.xml, verdict.json, and a folder for each case. */
  folder: string;
  /** In the order of the matrix. */
  cases: BoardRun[];
  /** 0 when all passed or were skipped, else the exit code of `vmm-harness test`. */
  exitCode: number;
}

/**
 * Runs a suite as `vmm-harness test` does, and leaves the same files.
 *
 * Rejects with HarnessError: usage for a suite or a test file with a mistake, infrastructure for a disk that is full. What
 * fails in a case is in the result.
 *
 * @since 0.2.0
 */
export async function testSuite(options: SuiteOptions = {}): Promise<SuiteResult> {
  const { lab, require = false, fresh = false, progress = noProgress } = options;
  const signal = options.signal ?? new AbortController().signal;
  const { folder, results } = await runSelected(await selectSuite(options, signal), {
    runsRoot: resolve(options.runs ?? 'runs'),
    command: 'vmm-harness test',
    lab,
    require,
    fresh,
    progress,
    signal,
  });
  await writePageOf(folder);
  return { folder, cases: results, exitCode: exitCodeOf(results) };
}
