// SPDX-License-Identifier: BSD-2-Clause
/** What every run leaves besides its verdict: report.html, and the summary for a CI's page, if there is one. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { endedBySignals } from '../base/signals.js';
import { readSystem } from '../system/read.js';
import { Source } from '../system/source.js';
import { writePageOf } from '../verdict/report/write.js';

/** GitHub Actions shows the contents of the file named by this variable on the run's page. */
const summaryVariable = 'GITHUB_STEP_SUMMARY';

/** Draws the system whose description a run has left. No resource is held meanwhile, however long it takes. */
async function drawInto(folder: string, description: string): Promise<void> {
  const { drawSystem } = await import('../system/draw/draw.js');
  const { system } = readSystem(new Source(description, readFileSync(join(folder, description), 'utf8')));
  const picture = await endedBySignals(() => drawSystem(system, description));
  writeFileSync(join(folder, 'system.svg'), picture);
}

/**
 * Writes report.html into a run's folder. The verdict has been written and stands: a report that cannot be made (a full
 * disk) is only a note.
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
      text: `report.html could not be written: ${error instanceof HarnessError ? error.explain() : message}`,
    });
  }
}
