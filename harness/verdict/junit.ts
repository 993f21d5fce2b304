// SPDX-License-Identifier: BSD-2-Clause
/** The XML that CI systems read (JUnit's, as Jenkins' schema has it): suites of cases, with their counts. */
import { escapeXml } from '../base/text.js';

/** What XML 1.0 cannot hold, not even as a reference: the console's control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Text for an attribute or an element; what XML cannot hold becomes `?`. */
export const xmlText = (text: string): string => escapeXml(text.replace(unspeakable, '?'));

/** Why a case is no pass. */
export interface JunitTrouble {
  kind: 'failure' | 'error' | 'skipped';
  message: string;
  /** Of an error: whose fault it is. */
  type?: string;
  text?: string;
}

export interface JunitCase {
  name: string;
  /** Milliseconds, where they are known. */
  ms?: number;
  trouble?: JunitTrouble | undefined;
}

export interface JunitSuite {
  name: string;
  /** Milliseconds. */
  ms: number;
  /** ISO 8601. */
  started?: string;
  cases: readonly JunitCase[];
}

/** One line that can be read alone: what was found means little without what was expected. */
export function failureMessage(expected: string | undefined, got: string | undefined): string {
  if (expected === undefined) return got ?? 'failed';
  return got === undefined ? `expected ${expected}` : `expected ${expected}, got ${got}`;
}

/** A run that was interrupted is no pass for whoever reads its JUnit alone. */
export const interruptedCase = (text = 'the run was interrupted'): JunitCase => ({
  name: 'run',
  trouble: { kind: 'error', message: 'interrupted', type: 'interrupted', text },
});

const seconds = (ms: number) => (ms / 1000).toFixed(3);

function caseLine(suite: string, { name, ms, trouble }: JunitCase): string {
  const time = ms === undefined ? '0' : seconds(ms);
  const open = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}" time="${time}"`;
  if (trouble === undefined) return `${open}/>`;
  const { kind, message, type, text } = trouble;
  const start = `<${kind} message="${xmlText(message)}"${type === undefined ? '' : ` type="${type}"`}`;
  return `${open}>${start}${text === undefined ? '/>' : `>${xmlText(text)}</${kind}>`}</testcase>`;
}

function counts(cases: readonly JunitCase[]): string {
  const count = (kind: JunitTrouble['kind']) => cases.filter(({ trouble }) => trouble?.kind === kind).length;
  return `tests="${cases.length}" failures="${count('failure')}" skipped="${count('skipped')}" errors="${count('error')}"`;
}

function suiteLines({ name, ms, started, cases }: JunitSuite): string[] {
  const when = started === undefined ? '' : ` timestamp="${started}"`;
  return [
    `  <testsuite name="${xmlText(name)}" ${counts(cases)} time="${seconds(ms)}"${when}>`,
    ...cases.map((one) => caseLine(name, one)),
    '  </testsuite>',
  ];
}

/** The whole document, with a final newline; `ms` is what all of it took. */
export function junitOf(suites: readonly JunitSuite[], ms: number): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts(suites.flatMap(({ cases }) => cases))} time="${seconds(ms)}">`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}
