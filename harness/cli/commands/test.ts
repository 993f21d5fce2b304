// SPDX-License-Identifier: BSD-2-Clause
import { dirname } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { caseName } from '../../run/suite/cases.js';
import { Changes } from '../../run/suite/changes.js';
import { findSuite } from '../../run/suite/read.js';
import { runSelected, selectSuite } from '../../run/suite/select.js';
import { exitCodeOf, summary } from '../../verdict/summary.js';
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

/** Runs the suite with its files in their current state. Returns the exit code. */
async function runOnce(args: Arguments, context: Context): Promise<number> {
  const { print, progress, signal, self } = context;
  const options = {
    suite: text(args, 'suite'),
    grep: text(args, 'grep'),
    board: text(args, 'board'),
    config: text(args, 'config'),
    sdk: text(args, 'sdk'),
    shard: shardOf(args),
  };
  const selected = await selectSuite(options, signal);
  if (args.options.list) {
    print(selected.cases.map(caseName).join('\n') || 'no case in this part');
    return 0;
  }
  const { folder, results, repeat } = await runSelected(selected, {
    runsRoot: runsOf(args),
    command: `${self} test`,
    lab: text(args, 'lab'),
    require: args.options.require === true,
    fresh: args.options.fresh === true,
    progress,
    signal,
  });
  await leaveReport(folder, progress);
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  if (args.options.json) context.json({ folder, ...summary(results, folder, repeat) });
  else print(suiteTable(selected.loaded.suite.name, results, folder, repeat));
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
