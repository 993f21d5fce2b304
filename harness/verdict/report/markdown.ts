// SPDX-License-Identifier: BSD-2-Clause
/** A report as Markdown, short enough for the summary page of a CI run. */
import { seconds } from '../../base/text.js';
import type { Entry, ReportData } from './data.js';

/** Number of cases to show. A CI's page has room for about 1 MB. */
const mostRows = 200;
/** Number of console lines to show for a failed case. */
const lastLines = 15;

/** Text in a table's cell or a heading: nothing in it is markup (GitHub Flavored Markdown 2.4). */
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/[\\`*_{}[\]()<>#+!|~&-]/g, (letter) => `\\${letter}`);

/** A literal block of text. The fence is longer than any run of backquotes in it. */
function block(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  return [fence, text, fence];
}

function resultOf(entry: Entry): string {
  if (entry.kind === 'conform') {
    const broken = entry.rules.filter(({ state }) => state === 'broken').map(({ id }) => id);
    return broken.length === 0 ? `${entry.rules.length} rules` : `broken: ${broken.join(', ')}`;
  }
  const failed = entry.checks.find(({ outcome }) => outcome === 'fail' || outcome === 'error');
  if (entry.error !== undefined) return `${entry.error.fault}: ${entry.error.message}`;
  return failed === undefined ? `${entry.checks.length} checks` : `${failed.name}: ${failed.got ?? ''}`;
}

/** Why one case failed, with the end of its console. */
function detail(entry: Entry): string[] {
  const heading = [``, `### ${plain(entry.name)}`, ``];
  const repeat = ['', 'Repeat:', '', ...block(entry.repeat)];
  if (entry.kind === 'conform') {
    const findings = entry.findings.flatMap(({ rule, says, expected, got, trace }) => [
      `**${plain(rule)}**: ${plain(says)}`,
      '',
      ...block([...trace, `expected: ${expected}`, `got: ${got}`].join('\n')),
    ]);
    return [...heading, ...findings, ...repeat];
  }
  const text = entry.console.slice(-lastLines).map(({ spans }) => spans.map(([piece]) => piece).join(''));
  return [...heading, plain(resultOf(entry)), '', ...block(text.join('\n')), ...repeat];
}

const isGood = ({ outcome }: Entry): boolean => outcome === 'pass' || outcome === 'skipped';

/** The whole text, with a final newline. */
export function markdownOf({ title, entries }: ReportData): string {
  const bad = entries.filter((entry) => !isGood(entry));
  const shown = [...bad, ...entries.filter(isGood)].slice(0, mostRows);
  const rows = shown.map(
    (entry) =>
      `| ${entry.outcome} | ${plain(entry.name)} | ${plain(resultOf(entry))} | ${seconds(entry.ms)} |`,
  );
  const left = entries.length - shown.length;
  return [
    `## ${bad.length === 0 ? 'Passed' : 'Failed'}: ${plain(title)}`,
    '',
    '| outcome | case | result | time |',
    '|---|---|---|---|',
    ...rows,
    ...(left > 0 ? ['', `${left} more cases passed.`] : []),
    ...bad.slice(0, mostRows).flatMap(detail),
    '',
  ].join('\n');
}
