// SPDX-License-Identifier: BSD-2-Clause
import { dirname, relative, resolve } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { noProgress, type Progress } from '../../base/progress.js';
import { quoted } from '../../base/quote.js';
import { findSdk } from '../../microkit/find.js';
import { describeSdk, type Sdk } from '../../microkit/sdk.js';
import { suitePath } from '../../run/suite/build.js';
import { caseName, casesOf, type SuiteCase } from '../../run/suite/cases.js';
import { Changes } from '../../run/suite/changes.js';
import { findSuite, type LoadedSuite, readSuite } from '../../run/suite/read.js';
import { runSuite } from '../../run/suite/run-suite.js';
import { checkName, type Suite } from '../../run/suite/suite.js';
import { boardNamed, suiteTarget } from '../../run/suite/target.js';
import { type LoadedTests, loadTests } from '../../run/tests/run-tests.js';
import { makeRunFolder } from '../../verdict/folder.js';
import { exitCodeOf, summary, writeSummary } from '../../verdict/summary.js';
import { text } from '../arguments.js';
import type { Arguments, Command, Context } from '../command.js';
import { leaveReport } from '../leave-report.js';
import { jsonOption, runsOf, runsOption } from '../options.js';
import { suiteTable } from '../suite-table.js';

/** `2/5`. */
function shardOf(args: Arguments): { index: number; count: number } | undefined {
  const given = text(args, 'shard');
  if (given === undefined) return undefined;
  const [index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(given) ?? []).slice(1).map(Number);
  if (index >= 1 && index <= count) return { index, count };
  throw new HarnessError('usage', '--shard is not valid', {
    expected: 'N/M with N from 1 to M, as 2/5',
    got: given,
  });
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

/** The board, SDK and target for a case: a board of the lab file, or QEMU. */
async function provide(
  one: SuiteCase,
  loaded: LoadedSuite,
  request: { lab: string | undefined; command: string },
  progress: Progress,
) {
  const board = boardNamed(one.board);
  const sdk = await sdkOf(one.sdk, board);
  const { suite } = loaded;
  const pathOf = (path: string) => suitePath(path, { loaded, suiteCase: one, sdk });
  return {
    board,
    sdk,
    target: await suiteTarget({ ...request, board, config: one.config, suite, pathOf, progress }),
  };
}

/** Runs the suite with its files in their current state. Returns the exit code. */
async function runOnce(args: Arguments, context: Context): Promise<number> {
  const { print, progress, signal, self } = context;
  const read = readSuite(findSuite(text(args, 'suite'), process.cwd()));
  const words = text(args, 'grep');
  const all = await loadTests(read, words, signal);
  const { suite, tests } = grep({ suite: read.suite, tests: all }, words);
  const loaded = { ...read, suite };
  const lab = text(args, 'lab');
  const command = `${self} test`;
  const selection = { board: text(args, 'board'), config: text(args, 'config'), sdk: text(args, 'sdk') };
  const cases = casesOf(loaded.suite, { ...selection, shard: shardOf(args) });
  if (args.options.list) {
    print(cases.map(caseName).join('\n') || 'no case in this part');
    return 0;
  }
  const folder = await makeRunFolder(runsOf(args), 'test', loaded.suite.name);
  const begin = performance.now();
  const suiteWords = `${self} test --suite ${quoted(relative('', loaded.file))}`;
  const results = await runSuite({
    loaded,
    cases,
    folder,
    progress,
    signal,
    provide: (one) => provide(one, loaded, { lab, command }, progress),
    tests,
    lab,
    command,
    fresh: args.options.fresh === true,
    require: args.options.require === true,
    repeatOf: ({ board, config, sdk }) =>
      `${suiteWords} --board ${board} --config ${config}${sdk === undefined ? '' : ` --sdk ${quoted(sdk)}`}`,
  });
  await writeSummary(folder, results, suiteWords, performance.now() - begin, signal.aborted);
  await leaveReport(folder, progress);
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  if (args.options.json) context.json({ folder, ...summary(results, folder, suiteWords) });
  else print(suiteTable(loaded.suite.name, results, folder, suiteWords));
  return exitCodeOf(results);
}

/** Runs the suite, and again after each change, until a signal ends it. */
async function runAndWatch(args: Arguments, context: Context): Promise<number> {
  const { print, signal } = context;
  const folder = dirname(findSuite(text(args, 'suite'), process.cwd()));
  for (;;) {
    try {
      await runOnce(args, context);
    } catch (error) {
      // A mistake in a file that is being edited ends the run, but not the watching.
      if (signal.aborted || !(error instanceof HarnessError)) throw error;
      print(error.explain());
    }
    const changes = new Changes(folder);
    print(`\nwatching ${folder}; Ctrl-C ends it`);
    const changed = await changes.next(signal);
    if (changed === undefined) throw new HarnessError('usage', 'interrupted');
    print(`${changed} has changed`);
  }
}

export const command: Command = {
  name: 'test',
  summary: 'run your own suite: build, boot and check your system in every case of its matrix',
  options: {
    suite: { value: 'FILE', about: 'the suite; default vmm-suite.toml here or in a folder above' },
    board: { value: 'NAME', about: 'only the cases of this board' },
    config: { value: 'NAME', about: 'only the cases of this configuration' },
    sdk: { value: 'SDK', about: 'only the cases of this SDK: minikit, a version, or a directory' },
    grep: { value: 'TEXT', about: 'only the checks and tests whose name contains this' },
    shard: { value: 'N/M', about: 'the Nth of M parts of the cases, for M machines of a CI' },
    lab: { value: 'FILE', about: "boards of this lab file instead of QEMU's" },
    require: { about: 'a case that cannot run here fails instead of being skipped' },
    fresh: { about: 'boot every machine instead of beginning in the snapshot of an earlier boot' },
    watch: { about: "run again when a file of the suite's folder changes, until Ctrl-C" },
    list: { about: 'print the cases and run none' },
    ...runsOption,
    ...jsonOption,
  },
  example: 'vmm-harness test --config debug',
  run: (args, context) => (args.options.watch ? runAndWatch(args, context) : runOnce(args, context)),
};
