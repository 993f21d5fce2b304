// SPDX-License-Identifier: BSD-2-Clause
import { readRunFolder } from '../verdict/report/entries.js';
import { reportOf, writePage } from '../verdict/report/write.js';

/**
 * One report of the runs in these folders, as `vmm-harness report merge` makes it: writes report.html and summary.md into
 * `into`, which must exist, and gives the page's path.
 *
 * Rejects with HarnessError: usage for a folder without a run, or of another version; infrastructure for a disk that is full.
 *
 * @since 0.2.0
 */
export function mergeReports(folders: readonly string[], into: string, title = 'report'): Promise<string> {
  return writePage(into, reportOf(folders.flatMap(readRunFolder), title));
}
