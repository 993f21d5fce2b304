// SPDX-License-Identifier: BSD-2-Clause
/** A verdict in the XML that CI systems read (JUnit's, as Jenkins' schema has it). */

import type { HarnessError } from '../base/error.js';
import type { BoardRun, Result, Verdict } from './verdict.js';

const references: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 can not hold, not even as a reference: the console's control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Text for an attribute or an element; what XML can not hold becomes `?`. */
export function xmlText(text: string): string {
  return text.replace(unspeakable, '?').replace(/[&<>"]/g, (letter) => references[letter] ?? letter);
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

/** One line that can be read alone: what was found means little without what was expected. */
export function failureMessage(expected: string | undefined, got: string | undefined): string {
  if (expected === undefined) return got ?? 'failed';
  return got === undefined ? `expected ${expected}` : `expected ${expected}, got ${got}`;
}

function testCase(suite: string, { name, outcome, expected, got, where, ms }: Result): string {
  const open = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}" time="${seconds(ms)}"`;
  if (outcome === 'pass') return `${open}/>`;
  if (outcome === 'not run') return `${open}><skipped message="not run"/></testcase>`;
  const parts = { expected, got, at: where };
  const text = Object.entries(parts).flatMap(([part, value]) => (value ? [`${part}: ${value}`] : []));
  const kind = outcome === 'fail' ? 'failure' : 'error';
  const message = xmlText(failureMessage(expected, got));
  return `${open}><${kind} message="${message}">${xmlText(text.join('\n'))}</${kind}></testcase>`;
}

const counted = (results: readonly Result[], errors: number) => {
  const count = (outcome: Result['outcome']) => results.filter((one) => one.outcome === outcome).length;
  const tests = results.length + errors;
  return `tests="${tests}" failures="${count('fail')}" skipped="${count('not run')}" errors="${errors + count('error')}"`;
};

/** Test cases that say that a run was interrupted: one, or none. */
const interruptions = ({ outcome }: Verdict): number => (outcome === 'interrupted' ? 1 : 0);

/** A run that was interrupted is no pass for whoever reads its JUnit alone. */
export function interruptedCase(suite: string, text = 'the run was interrupted'): string {
  return `    <testcase classname="${xmlText(suite)}" name="run" time="0"><error message="interrupted" type="interrupted">${xmlText(text)}</error></testcase>`;
}

/** The suite of one run; `name` when it is not the board's. */
function suiteLines(verdict: Verdict, name = verdict.board): string[] {
  const { sdk, config, vcpus, results, started, ms } = verdict;
  const suite = `${name}.${sdk.name}.${config}.${vcpus}vcpu`;
  const counts = counted(results, interruptions(verdict));
  const open = `  <testsuite name="${xmlText(suite)}" ${counts} time="${seconds(ms)}"`;
  return [
    `${open} timestamp="${started}">`,
    ...(interruptions(verdict) > 0 ? [interruptedCase(suite)] : []),
    ...results.map((result) => testCase(suite, result)),
    '  </testsuite>',
  ];
}

/** The suite of a board of which there is no verdict. */
function errorLines(name: string, error: HarnessError): string[] {
  const message = xmlText(error.message);
  return [
    `  <testsuite name="${xmlText(name)}" ${counted([], 1)} time="0.000">`,
    `    <testcase classname="${xmlText(name)}" name="run" time="0.000"><error message="${message}" type="${error.fault}">${xmlText(error.explain())}</error></testcase>`,
    '  </testsuite>',
  ];
}

function whole(results: readonly Result[], errors: number, ms: number, suites: readonly string[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counted(results, errors)} time="${seconds(ms)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

/** The whole document of one run, with a final newline. */
export function junit(verdict: Verdict): string {
  return whole(verdict.results, interruptions(verdict), verdict.ms, suiteLines(verdict));
}

/** The same of runs side by side: a suite for each, by the board's name on the desk. */
export function junitOfAll(boards: readonly BoardRun[], ms: number): string {
  const results = boards.flatMap((one) => ('run' in one ? one.run.verdict.results : []));
  const errors = boards.reduce((sum, one) => sum + ('error' in one ? 1 : interruptions(one.run.verdict)), 0);
  const suites = boards.flatMap((one) =>
    'run' in one ? suiteLines(one.run.verdict, one.name) : errorLines(one.name, one.error),
  );
  return whole(results, errors, ms, suites);
}
