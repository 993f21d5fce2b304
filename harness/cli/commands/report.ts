// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { explainDisk, makeFolder } from '../../base/disk.js';
import { exitCodes } from '../../base/error.js';
import { endedBySignals } from '../../base/signals.js';
import { readRunFolder } from '../../verdict/report/entries.js';
import { reportOf, writePage, writePageOf } from '../../verdict/report/write.js';
import { text } from '../arguments.js';
import type { Command, Family } from '../command.js';
import { openInBrowser } from '../open-in-browser.js';
import { runsOf, runsOption } from '../options.js';

const open: Command = {
  name: 'report open',
  summary: 'show the report of a run in the browser',
  options: { runs: runsOption.runs } as Command['options'],
  positionals: [{ name: 'FOLDER', about: "the run's folder; default: the newest", optional: true }],
  example: 'vmm-harness report open',
  async run(args, { print, signal }) {
    const folder = resolve(args.positionals[0] ?? join(runsOf(args), 'latest'));
    const page = join(folder, 'report.html');
    // A run of an older version does not have one yet.
    if (!existsSync(page)) await writePageOf(folder);
    print(page);
    await openInBrowser(page, signal);
    return 0;
  },
};

const merge: Command = {
  name: 'report merge',
  summary: 'one report of several run folders',
  options: {
    output: {
      short: 'o',
      value: 'DIR',
      about: 'folder for report.html and summary.md; default: the current folder',
    },
    title: { value: 'TEXT', about: 'heading of the report' },
  },
  positionals: [{ name: 'FOLDER', about: 'a folder that a run has left', repeated: true }],
  example: 'vmm-harness report merge runs/latest -o merged',
  async run(args, { print }) {
    const folders = [...new Set(args.positionals.map((folder) => resolve(folder)))];
    const entries = await endedBySignals(() => folders.flatMap((folder) => readRunFolder(folder)));
    const output = resolve(text(args, 'output') ?? '.');
    try {
      makeFolder(output);
      print(
        await writePage(output, reportOf(entries, text(args, 'title') ?? `${folders.length} run folders`)),
      );
    } catch (error) {
      throw explainDisk(error, output, 'choose another folder with -o DIR');
    }
    const good = entries.every(({ outcome }) => outcome === 'pass' || outcome === 'skipped');
    return good ? 0 : exitCodes.product;
  },
};

export const command: Family = {
  name: 'report',
  summary: 'show the report of a run, or merge several',
  members: { open, merge },
};
