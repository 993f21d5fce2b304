// SPDX-License-Identifier: BSD-2-Clause
/** A verdict in the XML that CI systems read (JUnit's, as Jenkins' schema has it). */
import type { Result } from '../checks/check.js';
import type { Verdict } from './verdict.js';

const references: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 can not hold, not even as a reference: the console's control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Text for an attribute or an element; what XML can not hold becomes `?`. */
export function xmlText(text: string): string {
  return text.replace(unspeakable, '?').replace(/[&<>"]/g, (letter) => references[letter] ?? letter);
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

function testCase(suite: string, { name, outcome, expected, got, where, ms }: Result): string {
  const open = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}" time="${seconds(ms)}"`;
  if (outcome === 'pass') return `${open}/>`;
  if (outcome === 'not run') return `${open}><skipped message="not run"/></testcase>`;
  const text = [`expected: ${expected}`, `got: ${got}`, ...(where ? [`at: ${where}`] : [])].join('\n');
  return `${open}><failure message="${xmlText(got ?? '')}">${xmlText(text)}</failure></testcase>`;
}

/** The whole document, with a final newline. */
export function junit(verdict: Verdict): string {
  const { board, sdk, config, vcpus, results, started, ms } = verdict;
  const suite = `${board}.${sdk.name}.${config}.${vcpus}vcpu`;
  const count = (outcome: Result['outcome']) => results.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${results.length}" failures="${count('fail')}" skipped="${count('not run')}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${seconds(ms)}">`,
    `  <testsuite name="${xmlText(suite)}" ${counts} time="${seconds(ms)}" timestamp="${started}">`,
    ...results.map((result) => testCase(suite, result)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
