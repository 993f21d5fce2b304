// SPDX-License-Identifier: BSD-2-Clause
/** A verdict for a terminal. */

import { relative } from 'node:path';
import { seconds } from '../base/text.js';
import type { Result, Run, Verdict } from '../verdict/verdict.js';

const marks: Record<Result['outcome'], string> = {
  pass: 'pass',
  fail: 'FAIL',
  error: 'ERR ',
  'not run': '-   ',
  skipped: 'skip',
};
const words: Record<Verdict['outcome'], string> = {
  pass: 'PASS',
  fail: 'FAIL',
  error: 'ERROR, no verdict',
  interrupted: 'INTERRUPTED, no verdict',
};

/** One line for a check that passed. For a failed one also the expected and found values, and where to look. */
function lines({ name, outcome, expected, got, where }: Result, width: number): string[] {
  const isWrong = outcome === 'fail' || outcome === 'error';
  const first = `  ${marks[outcome]}  ${name.padEnd(width)}  ${isWrong ? '' : (got ?? '')}`.trimEnd();
  if (!isWrong) return [first];
  const part = (label: string, text: string) =>
    `        ${label}${text.replaceAll('\n', `\n${' '.repeat(18)}`)}`;
  return [
    first,
    ...(expected === undefined ? [] : [part('expected: ', expected)]),
    part('got:      ', got ?? ''),
    ...(where === undefined ? [] : [part('at:       ', where)]),
  ];
}

/** The table, the one-word verdict, the run's folder, and the command that repeats it. */
export function verdictTable({ folder, verdict }: Run): string {
  const { results, outcome, board, sdk, config, vcpus, ms, repeat } = verdict;
  const width = Math.max(...results.map(({ name }) => name.length));
  const subject = `${board}, ${sdk.name}, ${config}, ${vcpus} vCPU${vcpus === 1 ? '' : 's'}`;
  return [
    '',
    ...results.flatMap((result) => lines(result, width)),
    '',
    `${words[outcome]}: ${subject}, ${seconds(ms)}`,
    `run folder: ${relative('', folder)}`,
    `repeat: ${repeat}`,
  ].join('\n');
}
