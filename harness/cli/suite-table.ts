// SPDX-License-Identifier: BSD-2-Clause
/** The verdict of a suite for a terminal: a line for each case, and below it what went wrong. */

import { relative } from 'node:path';
import { seconds } from '../base/text.js';
import { faultOf } from '../verdict/summary.js';
import type { BoardRun, Result } from '../verdict/verdict.js';

const indented = (text: string, by: number): string => text.replaceAll('\n', `\n${' '.repeat(by)}`);

function word(one: BoardRun): string {
  if ('skipped' in one) return 'skip';
  const fault = faultOf(one);
  if (fault === undefined) return 'pass';
  return fault === 'product' ? 'FAIL' : 'ERR ';
}

/** The details of a case, below its line. */
function details(one: BoardRun): string[] {
  if ('skipped' in one) return [`        ${indented(one.skipped, 8)}`];
  if ('error' in one) return [`        ${indented(one.error.explain(), 8)}`];
  return one.run.verdict.results.flatMap(detailsOf(one.name));
}

/** Lines for a result that failed, needed several attempts, or was skipped. */
const detailsOf =
  (folder: string) =>
  ({ name, outcome, expected, got, where, source, attempts }: Result): string[] => {
    const tries = attempts === undefined ? '' : ` (attempt ${attempts})`;
    if (outcome === 'skipped') return [`        skipped: ${name}: ${got}`];
    if (outcome === 'pass') return attempts === undefined ? [] : [`        flaky: ${name}${tries}`];
    if (outcome === 'not run') return [];
    return [
      `        ${name}${tries}`,
      ...(expected === undefined ? [] : [`          expected: ${indented(expected, 20)}`]),
      `          got:      ${indented(got ?? '', 20)}`,
      ...(source === undefined ? [] : [`          at:       ${source}`]),
      ...(where === undefined ? [] : [`          console:  ${folder}/${where}`]),
    ];
  };

function line(one: BoardRun, width: number): string {
  if (!('run' in one)) return `  ${word(one)}  ${one.name}`;
  const { results, ms } = one.run.verdict;
  const passed = results.filter(({ outcome }) => outcome === 'pass').length;
  const count = `${passed} of ${results.length} steps`;
  return `  ${word(one)}  ${one.name.padEnd(width)}  ${count}, ${seconds(ms)}`;
}

/** The table, the one-line verdict, the folder, and the command that repeats it. */
export function suiteTable(name: string, runs: readonly BoardRun[], folder: string, repeat: string): string {
  const width = Math.max(0, ...runs.map((one) => one.name.length));
  const skipped = runs.filter((one) => 'skipped' in one).length;
  const failed = runs.filter((one) => faultOf(one) !== undefined).length;
  const passed = runs.length - skipped - failed;
  const counts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  const verdict = failed > 0 ? 'FAIL' : passed > 0 ? 'PASS' : 'NOTHING WAS TESTED';
  return [
    '',
    ...runs.flatMap((one) => [line(one, width), ...details(one)]),
    '',
    `${verdict}: ${name}, ${counts.join(', ')}`,
    `report: ${relative('', folder)}/report.html`,
    `repeat: ${repeat}`,
  ].join('\n');
}
