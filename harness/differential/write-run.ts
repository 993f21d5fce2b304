// SPDX-License-Identifier: BSD-2-Clause
/** Writes the folder of a differential run: report, JUnit XML, and a replay file for each difference. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { explainDisk, makeFolder, writeReport } from '../base/disk.js';
import { makeRunFolder } from '../verdict/folder.js';
import { runFile } from '../verdict/run-file.js';
import { writeReplay } from './replay-file.js';
import { type DifferentialReport, foundReport, machineReports, reportJunit } from './report.js';
import type { DifferentialRun } from './result.js';

export interface RunAbout {
  subject: string;
  board: string;
  seed: number;
  started: Date;
  interrupted: boolean;
  leftOut: string[];
  runsRoot: string;
  /** The run's folder, where one had to be made before the run. */
  folder?: string | undefined;
  /** The command line without the options that select programs. */
  self: string;
  repeat: string;
}

function outcomeOf({ found, notRepeated }: DifferentialRun): 'pass' | 'fail' | 'error' {
  if (found.length > 0) return 'fail';
  return notRepeated > 0 ? 'error' : 'pass';
}

export async function writeRun(
  run: DifferentialRun,
  about: RunAbout,
): Promise<{ report: DifferentialReport; folder: string }> {
  const { subject, board, seed, started, interrupted, self, repeat } = about;
  const folder =
    about.folder ?? (await makeRunFolder(about.runsRoot, `differential-${board}`, subject, started));
  const differences = run.found.map((found, index) => {
    const file = join('cases', `difference-${index + 1}.json`);
    const path = join(folder, file);
    makeFolder(join(folder, 'cases'));
    writeFileSync(path, writeReplay(found.program, { seed, number: found.number }));
    return foundReport(found, subject, file, `${self} --replay ${relative('', path)}`);
  });
  const report: DifferentialReport = {
    outcome: interrupted ? 'interrupted' : outcomeOf(run),
    subject,
    seed,
    programs: run.programs,
    acts: run.acts,
    setAside: run.setAside,
    notRepeated: run.notRepeated,
    leftOut: about.leftOut,
    ms: run.ms,
    machines: machineReports(run),
    known: [...run.known].map(([{ id, why, source }, times]) => ({ id, times, why, source })),
    differences,
    repeat,
  };
  try {
    await writeReport(folder, {
      'report.json': runFile(report),
      'junit.xml': reportJunit(report),
    });
  } catch (error) {
    throw explainDisk(error, folder, 'give another folder with --runs DIR');
  }
  return { report, folder };
}
