// SPDX-License-Identifier: BSD-2-Clause
/** The contents of run folders for a terminal. */
import { columns, seconds } from '../base/text.js';
import type { CheckEntry, ConformEntry, Entry } from '../verdict/report/data.js';

function checkRow({ outcome, name, expected, got }: CheckEntry): string[] {
  const wanted = outcome === 'pass' || expected === undefined ? '' : `, expected ${expected}`;
  return [outcome, name, `${got ?? ''}${wanted}`.replaceAll('\n', ' ')];
}

function ruleLines({ rules, findings }: ConformEntry): string[] {
  const states = [...new Set(rules.map(({ state }) => state))];
  const counts = states.map((state) => `${rules.filter((rule) => rule.state === state).length} ${state}`);
  const found = findings.flatMap(({ rule, says, expected, got, repeat }) => [
    `  fail  ${rule}: ${says}`,
    `        expected: ${expected}`,
    `        got:      ${got}`,
    `        repeat: ${repeat}`,
  ]);
  return [`  rules: ${counts.join(', ')}`, ...found];
}

function entryLines(entry: Entry): string[] {
  const { name, outcome, ms, repeat } = entry;
  const error = entry.kind === 'run' ? entry.error : undefined;
  return [
    ...(entry.kind === 'run' ? columns(entry.checks.map(checkRow), { indent: 2 }) : ruleLines(entry)),
    ...(error === undefined ? [] : [`  ${error.fault}: ${error.message}`]),
    `${outcome}: ${name}, ${seconds(ms)}`,
    `repeat: ${repeat}`,
  ];
}

/** The lines of each entry, separated by empty lines. */
export const entriesText = (entries: readonly Entry[]): string =>
  entries.map((entry) => entryLines(entry).join('\n')).join('\n\n');
