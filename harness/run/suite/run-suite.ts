// SPDX-License-Identifier: BSD-2-Clause
/** All cases of a suite, one after the other: each with its folder, and one verdict for all. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import type { Target } from '../../machine/machine.js';
import { requireBoard, type Sdk } from '../../microkit/sdk.js';
import type { BoardRun } from '../../verdict/verdict.js';
import { laneProgress } from '../side-by-side.js';
import { caseName, type SuiteCase } from './cases.js';
import type { LoadedSuite } from './read.js';
import { runCase } from './run-case.js';

export interface SuiteRequest {
  loaded: LoadedSuite;
  cases: readonly SuiteCase[];
  /** The common folder; each case has a folder of its own in it. */
  folder: string;
  /** What this machine has for a case. Rejects with HarnessError (usage or infrastructure) when it has it not. */
  provide: (one: SuiteCase) => Promise<{ board: Board; sdk: Sdk; target: Target }>;
  /** A case that cannot be tried here is a failure, and not skipped. */
  require: boolean;
  repeatOf: (one: SuiteCase) => string;
  progress: Progress;
  signal: AbortSignal;
}

/** Runs the cases in their order; after a signal those that are left are not begun. */
export async function runSuite(request: SuiteRequest): Promise<BoardRun[]> {
  const runs: BoardRun[] = [];
  for (const one of request.cases) {
    if (request.signal.aborted) break;
    runs.push(await runOne(one, request));
  }
  return runs;
}

async function runOne(one: SuiteCase, request: SuiteRequest): Promise<BoardRun> {
  const { loaded, provide, repeatOf, signal } = request;
  const name = caseName(one);
  let provided: Awaited<ReturnType<typeof provide>>;
  try {
    provided = await provide(one);
    requireBoard(provided.sdk, one.board, one.config);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return request.require ? { name, error } : { name, skipped: error.explain() };
  }
  const folder = join(request.folder, name);
  await mkdir(folder, { recursive: true });
  const progress = laneProgress(name, request.progress);
  try {
    const run = await runCase({ ...provided, loaded, one, folder, repeat: repeatOf(one), progress, signal });
    return { name, run };
  } catch (error) {
    if (error instanceof HarnessError) return { name, error };
    throw error;
  }
}
