// SPDX-License-Identifier: BSD-2-Clause
/** A suite from its file to its verdict: the part that `vmm-harness test` and the library share. */
import { relative, resolve } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { noProgress, type Progress } from '../../base/progress.js';
import { quoted } from '../../base/quote.js';
import { findSdk } from '../../microkit/find.js';
import { describeSdk, type Sdk } from '../../microkit/sdk.js';
import { makeRunFolder } from '../../verdict/folder.js';
import { writeSummary } from '../../verdict/summary.js';
import type { BoardRun } from '../../verdict/verdict.js';
import { type LoadedTests, loadTests } from '../tests/run-tests.js';
import { casesOf, type Selection, type SuiteCase } from './cases.js';
import { findSuite, type LoadedSuite, readSuite } from './read.js';
import { runSuite } from './run-suite.js';
import { checkName, type Suite } from './suite.js';
import { boardNamed, suiteTarget } from './target.js';

export interface SuiteSelection extends Selection {
  /** The suite's file; by default the first vmm-suite.toml in the current folder or above it. */
  suite?: string | undefined;
  /** Only the checks and tests whose name contains this. */
  grep?: string | undefined;
}

export interface SelectedSuite {
  loaded: LoadedSuite;
  tests: readonly LoadedTests[];
  cases: readonly SuiteCase[];
}

export interface SuiteRun {
  /** Where run folders are made. */
  runsRoot: string;
  /** The command that runs a suite, for lines that repeat it and for others who wait for a board. */
  command: string;
  /** A lab file on whose boards the cases run; by default QEMU. */
  lab: string | undefined;
  require: boolean;
  fresh: boolean;
  progress: Progress;
  signal: AbortSignal;
}

interface Named {
  suite: Suite;
  tests: LoadedTests[];
}

/**
 * The checks and tests whose name contains `words`; all of them without `words`. Throws HarnessError (usage) when none
 * does.
 */
function grep({ suite, tests }: Named, words: string | undefined): Named {
  if (words === undefined) return { suite, tests };
  const check = suite.check.filter((one) => checkName(one).includes(words));
  const files = tests.filter((file) => file.tests.length > 0);
  if (check.length > 0 || files.length > 0) return { suite: { ...suite, check }, tests: files };
  throw new HarnessError('usage', `no check or test has a name that contains "${words}"`, {
    expected: `a part of ${suite.check.map((one) => `"${checkName(one)}"`).join(', ') || '(the suite has no checks)'}`,
  });
}

/** Reads a suite and its tests, and chooses its cases. Rejects with HarnessError (usage) for a mistake in any of them. */
export async function selectSuite(selection: SuiteSelection, signal: AbortSignal): Promise<SelectedSuite> {
  const read = readSuite(findSuite(selection.suite, process.cwd()));
  const all = await loadTests(read, selection.grep, signal);
  const { suite, tests } = grep({ suite: read.suite, tests: all }, selection.grep);
  return { loaded: { ...read, suite }, tests, cases: casesOf(suite, selection) };
}

/** The SDK of a case. MICROKIT_SDK counts as the version that it has. */
async function sdkOf(wanted: string | undefined, board: Board): Promise<Sdk> {
  const { MICROKIT_SDK } = process.env;
  if (wanted !== undefined && MICROKIT_SDK) {
    const given = await describeSdk(resolve(MICROKIT_SDK), 'MICROKIT_SDK');
    if (given.version === wanted || given.name === wanted) return given;
  }
  return findSdk({ wanted, board, progress: noProgress });
}

/** Runs the selected cases in a new run folder and writes their common verdict. */
export async function runSelected(
  { loaded, tests, cases }: SelectedSuite,
  { runsRoot, command, lab, require, fresh, progress, signal }: SuiteRun,
): Promise<{ folder: string; results: BoardRun[]; repeat: string }> {
  const folder = await makeRunFolder(runsRoot, 'test', loaded.suite.name);
  const begin = performance.now();
  const repeat = `${command} --suite ${quoted(relative('', loaded.file))}`;
  const provide = async (suiteCase: SuiteCase) => {
    const board = boardNamed(suiteCase.board);
    const sdk = await sdkOf(suiteCase.sdk, board);
    const target = await suiteTarget({ loaded, suiteCase, sdk, board, lab, command, progress });
    return { board, sdk, target };
  };
  const results = await runSuite({
    loaded,
    cases,
    folder,
    progress,
    signal,
    provide,
    tests,
    lab,
    command,
    fresh,
    require,
    repeatOf: ({ board, config, sdk }) =>
      `${repeat} --board ${board} --config ${config}${sdk === undefined ? '' : ` --sdk ${quoted(sdk)}`}`,
  });
  await writeSummary(folder, results, repeat, performance.now() - begin, signal.aborted);
  return { folder, results, repeat };
}
