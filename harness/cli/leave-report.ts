// SPDX-License-Identifier: BSD-2-Clause
/** What every run leaves besides its verdict: report.html, and the summary of a CI's page where there is one. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { endedBySignals } from '../base/signals.js';
import { readSystem } from '../system/read.js';
import { Source } from '../system/source.js';
import { writePageOf } from '../verdict/report/write.js';

/** GitHub Actions shows what is written to the file that this variable names on the run's page. */
const summaryVariable = 'GITHUB_STEP_SUMMARY';

/** Draws the system that a run has left the description of. Nothing is held meanwhile, however long that takes. */
async function drawInto(folder: string, description: string): Promise<void> {
  const { drawSystem } = await import('../system/draw/draw.js');
  const { system } = readSystem(new Source(description, readFileSync(join(folder, description), 'utf8')));
  const picture = await endedBySignals(() => drawSystem(system, description));
  writeFileSync(join(folder, 'system.svg'), picture);
}

/**
 * Writes report.html into a run's folder. The verdict is written already and stands: a report that cannot be made (a full
 * disk) is a note.
 */
export async function leaveReport(folder: string, progress: Progress): Promise<void> {
  try {
    const description = 'linux.system';
    if (existsSync(join(folder, description))) await drawInto(folder, description);
    await writePageOf(folder);
    const summary = process.env[summaryVariable];
    if (summary) appendFileSync(summary, readFileSync(join(folder, 'summary.md')));
  } catch (error) {
    const { message } = error as Error;
    progress({
      kind: 'note',
      text: `there is no report.html: ${error instanceof HarnessError ? error.explain() : message}`,
    });
  }
}
