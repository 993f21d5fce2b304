// SPDX-License-Identifier: BSD-2-Clause

import { relative, resolve } from 'node:path';
import { explainDisk } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { runsFolder } from '../../base/paths.js';
import { seconds } from '../../base/text.js';
import { readRunFolder } from '../../verdict/report/entries.js';
import { cleanRuns, type ListedRun, listRuns } from '../../verdict/run-list.js';
import { integer, text } from '../arguments.js';
import type { Arguments, Command, Family } from '../command.js';
import { entriesText } from '../entries-text.js';
import { columns } from '../help.js';
import { jsonOption, runsOption } from '../option-tables.js';

const options = { runs: runsOption.runs } as Command['options'];
const rootOf = (args: Arguments) => runsFolder(text(args, 'runs'));

function row({ name, outcome, ms, size }: ListedRun): string[] {
  const time = ms === undefined ? '' : seconds(ms);
  return [outcome, name, time, `${(size / 1e6).toFixed(1)} MB`];
}

const list: Command = {
  name: 'runs list',
  summary: 'the run folders, the newest first',
  options: { ...options, ...jsonOption },
  example: 'vmm-harness runs list',
  async run(args, { print, json }) {
    const root = rootOf(args);
    const runs = listRuns(root);
    if (args.options.json) json({ root, runs });
    else print(columns(runs.map(row)).join('\n') || `no run folder in ${root}`);
    return 0;
  },
};

const show: Command = {
  name: 'runs show',
  summary: 'show the results of a run',
  options: { ...options, ...jsonOption },
  positionals: [{ name: 'RUN', about: 'its name or folder; default: the newest', optional: true }],
  example: 'vmm-harness runs show',
  async run(args, { print, json }) {
    const runs = listRuns(rootOf(args));
    const [given] = args.positionals;
    const found = given === undefined ? runs[0] : runs.find(({ name }) => name === given);
    if (found === undefined && given === undefined)
      throw new HarnessError('usage', 'there is no run folder', {
        where: rootOf(args),
        wayOut: 'run something first, or name the folder of the runs with --runs DIR',
      });
    const folder = found?.folder ?? resolve(given ?? '');
    const entries = readRunFolder(folder);
    if (args.options.json) json({ folder, entries });
    else print(`${entriesText(entries)}\nrun folder: ${relative('', folder)}`);
    return 0;
  },
};

const clean: Command = {
  name: 'runs clean',
  summary: 'remove old run folders, except one that may still be running',
  options: {
    keep: { value: 'N', about: 'how many of the newest to keep, 1 to 100000' },
    ...options,
    ...jsonOption,
  },
  example: 'vmm-harness runs clean --keep 20',
  async run(args, { print, json }) {
    const keep = integer(args, 'keep', 1, 100_000);
    if (keep === undefined)
      throw new HarnessError('usage', 'the number of run folders to keep is missing', {
        expected: '--keep N',
      });
    const root = rootOf(args);
    try {
      const removed = cleanRuns(root, keep);
      const size = removed.reduce((sum, run) => sum + run.size, 0);
      if (args.options.json) json({ root, removed });
      else print(`removed: ${removed.length}, ${(size / 1e6).toFixed(1)} MB`);
    } catch (error) {
      throw explainDisk(error, root);
    }
    return 0;
  },
};

export const command: Family = {
  name: 'runs',
  summary: 'the run folders: list, show and remove them',
  members: { list, show, clean },
};
