// SPDX-License-Identifier: BSD-2-Clause
/** The verdict of several boards for a terminal: a column for each board, a row for each check. */

import { relative } from 'node:path';
import { columns, seconds } from '../base/text.js';
import { faultOf } from '../verdict/summary.js';
import type { BoardRun, CheckOutcome } from '../verdict/verdict.js';

const marks: Record<CheckOutcome, string> = {
  pass: 'pass',
  fail: 'FAIL',
  error: 'error',
  'not run': '-',
  skipped: 'skip',
};

const resultsOf = (one: BoardRun) => ('run' in one ? one.run.verdict.results : []);

/** The word in the last row: whose fault it was, if anybody's. */
function word(one: BoardRun): string {
  if ('skipped' in one) return 'skipped';
  const fault = faultOf(one);
  if (fault === undefined) return 'PASS';
  return fault === 'product' ? 'FAIL' : fault;
}

function time(one: BoardRun): string {
  return 'run' in one ? seconds(one.run.verdict.ms) : '-';
}

/** What went wrong on one board: each failed check, or why there is no verdict. */
function troubles(one: BoardRun): string[] {
  if ('skipped' in one) return ['', `${one.name} was skipped: ${one.skipped}`];
  if ('error' in one) return ['', `${one.name}: ${one.error.explain()}`];
  const { results } = one.run.verdict;
  return results
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'error')
    .flatMap(({ name, expected, got, where }) => [
      '',
      `${one.name}: ${name}`,
      ...(expected === undefined ? [] : [`  expected: ${expected}`]),
      `  got:      ${(got ?? '').replaceAll('\n', `\n${' '.repeat(12)}`)}`,
      ...(where === undefined ? [] : [`  at:       ${one.name}/${where}`]),
    ]);
}

/** The table, the failures, the one-line verdict, the folder, and the command that repeats it. */
export function boardTable(boards: readonly BoardRun[], folder: string, repeat: string): string {
  const checks = [...new Set(boards.flatMap((one) => resultsOf(one).map(({ name }) => name)))];
  const mark = (one: BoardRun, check: string) => {
    const result = resultsOf(one).find(({ name }) => name === check);
    return result === undefined ? '-' : marks[result.outcome];
  };
  const rows = [
    ['', ...boards.map(({ name }) => name)],
    ...checks.map((check) => [check, ...boards.map((one) => mark(one, check))]),
    ['time', ...boards.map(time)],
    ['verdict', ...boards.map(word)],
  ];
  const passed = boards.filter((one) => faultOf(one) === undefined).length;
  return [
    '',
    ...columns(rows, { indent: 2 }),
    ...boards.flatMap(troubles),
    '',
    `${passed === boards.length ? 'PASS' : 'FAIL'}: ${passed} of ${boards.length} boards`,
    `run folder: ${relative('', folder)}`,
    `repeat: ${repeat}`,
  ].join('\n');
}
