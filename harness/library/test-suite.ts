// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import { noProgress, type Progress } from '../base/progress.js';
import { findSdk } from '../microkit/find.js';
import { suitePath } from '../run/suite/build.js';
import { casesOf, type Selection } from '../run/suite/cases.js';
import { findSuite, readSuite } from '../run/suite/read.js';
import { runSuite } from '../run/suite/run-suite.js';
import { boardNamed, suiteTarget } from '../run/suite/target.js';
import { loadTests } from '../run/tests/run-tests.js';
import { makeRunFolder } from '../verdict/folder.js';
import { writePageOf } from '../verdict/report/write.js';
import { exitCodeOf, writeSummary } from '../verdict/summary.js';
import type { BoardRun } from '../verdict/verdict.js';

export interface SuiteOptions extends Selection {
  /** The suite's file; the first vmm-suite.toml upward from the current folder when not given. */
  suite?: string;
  /** Where run folders are made; `runs` in the current folder when not given. */
  runs?: string;
  /** Only the tests in TypeScript with this in their name. */
  grep?: string;
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
  const { lab, grep, require = false, fresh = false, progress = noProgress } = options;
  const signal = options.signal ?? new AbortController().signal;
  const loaded = readSuite(findSuite(options.suite, process.cwd()));
  const { suite } = loaded;
  const tests = await loadTests(loaded, grep, signal);
  const cases = casesOf(suite, options);
  const folder = await makeRunFolder(resolve(options.runs ?? 'runs'), 'test', suite.name);
  const begin = performance.now();
  const command = 'vmm-harness test';
  const repeat = `${command} --suite ${loaded.file}`;
  const done = await runSuite({
    loaded,
    tests,
    lab,
    command,
    cases,
    folder,
    require,
    fresh,
    progress,
    signal,
    provide: async (suiteCase) => {
      const { config } = suiteCase;
      const board = boardNamed(suiteCase.board);
      const sdk = await findSdk({ wanted: suiteCase.sdk, board, progress });
      const pathOf = (text: string) => suitePath(text, { loaded, suiteCase, sdk });
      return {
        board,
        sdk,
        target: await suiteTarget({ board, config, suite, pathOf, lab, command, progress }),
      };
    },
    repeatOf: ({ board, config }) => `${repeat} --board ${board} --config ${config}`,
  });
  await writeSummary(folder, done, repeat, performance.now() - begin, signal.aborted);
  await writePageOf(folder);
  return { folder, cases: done, exitCode: exitCodeOf(done) };
}
