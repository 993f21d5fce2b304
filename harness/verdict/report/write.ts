// SPDX-License-Identifier: BSD-2-Clause
/** report.html and summary.md, from the contents of run folders. */
import { basename, join } from 'node:path';
import { writeReport } from '../../base/disk.js';
import { type Entry, type ReportData, reportVersion } from './data.js';
import { readRunFolder } from './entries.js';
import { markdownOf } from './markdown.js';
import { reportPage } from './page.js';

/** The report of these entries as data, dated now. */
export const reportOf = (entries: Entry[], title: string): ReportData => ({
  version: reportVersion,
  title,
  made: new Date().toISOString(),
  entries,
});

/** Writes report.html and summary.md into a folder: both whole, or neither. Returns the page's path. */
export async function writePage(folder: string, data: ReportData): Promise<string> {
  await writeReport(folder, { 'report.html': reportPage(data), 'summary.md': markdownOf(data) });
  return join(folder, 'report.html');
}

/** The page of one run folder, beside its verdict. */
export function writePageOf(folder: string): Promise<string> {
  return writePage(folder, reportOf(readRunFolder(folder), basename(folder)));
}
