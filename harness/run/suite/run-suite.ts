// SPDX-License-Identifier: BSD-2-Clause
/** Runs all cases of a suite, one after the other. Each has its own folder, and one verdict covers all. */

import { join } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import type { Target } from '../../machine/machine.js';
import { requireBoard, type Sdk } from '../../microkit/sdk.js';
import type { BoardRun } from '../../verdict/verdict.js';
import { laneProgress } from '../side-by-side.js';
import type { LoadedTests } from '../tests/run-tests.js';
import { caseName, type SuiteCase } from './cases.js';
import type { LoadedSuite } from './read.js';
import { runCase } from './run-case.js';

export interface SuiteRequest {
  loaded: LoadedSuite;
  cases: readonly SuiteCase[];
  /** The common folder. Each case has its own folder in it. */
  folder: string;
  /**
   * Provides the board, SDK and target for a case. Rejects with HarnessError (usage or infrastructure) when this
   * machine lacks one of them.
   */
  provide: (suiteCase: SuiteCase) => Promise<{ board: Board; sdk: Sdk; target: Target }>;
  /** Test files in TypeScript, already loaded. */
  tests: readonly LoadedTests[];
  /** A lab file on whose boards the cases run; by default QEMU. */
  lab: string | undefined;
  /** How others who wait for the board are told who has it. */
  command: string;
  /** Whether a case that cannot run here is a failure instead of being skipped. */
  require: boolean;
  /** Whether every case boots even if a snapshot of its boot exists. */
  fresh: boolean;
  repeatOf: (suiteCase: SuiteCase) => string;
  progress: Progress;
  signal: AbortSignal;
}

/** Runs the cases in order. After a signal, the remaining ones do not start. */
export async function runSuite(request: SuiteRequest): Promise<BoardRun[]> {
  const runs: BoardRun[] = [];
  for (const suiteCase of request.cases) {
    if (request.signal.aborted) break;
    runs.push(await runSuiteCase(suiteCase, request));
  }
  return runs;
}

async function runSuiteCase(suiteCase: SuiteCase, request: SuiteRequest): Promise<BoardRun> {
  const { loaded, tests, lab, command, provide, repeatOf, fresh, signal } = request;
  const name = caseName(suiteCase);
  let provided: Awaited<ReturnType<typeof provide>>;
  try {
    provided = await provide(suiteCase);
    requireBoard(provided.sdk, suiteCase.board, suiteCase.config);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const place = { ...suiteCase, sdk: suiteCase.sdk ?? '' };
    return request.require ? { name, place, error } : { name, place, skipped: error.explain() };
  }
  const folder = join(request.folder, name);
  makeFolder(folder);
  const progress = laneProgress(name, request.progress);
  try {
    const run = await runCase({
      ...provided,
      loaded,
      tests,
      lab,
      command,
      suiteCase,
      folder,
      fresh,
      repeat: repeatOf(suiteCase),
      progress,
      signal,
    });
    return { name, run };
  } catch (error) {
    if (error instanceof HarnessError) return { name, error };
    throw error;
  }
}
