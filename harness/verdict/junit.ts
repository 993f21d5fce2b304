// SPDX-License-Identifier: BSD-2-Clause
/** The XML that CI systems read (JUnit's format, by Jenkins' schema): suites of cases, with their counts. */
import { XMLBuilder } from 'fast-xml-parser';
import { escapeXml } from '../base/text.js';

/** Characters that XML 1.0 does not allow even as references: a console's control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const notXml = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

const xmlSafe = (text: string): string => text.replace(notXml, '?');

/** Text between tags of a document that is written by hand. Characters that XML does not allow become `?`. */
export const xmlText = (text: string): string => escapeXml(xmlSafe(text));

/** Why a case did not pass. */
export interface JunitTrouble {
  kind: 'failure' | 'error' | 'skipped';
  message: string;
  /** Of an error: whose fault it is. */
  type?: string;
  text?: string;
}

export interface JunitCase {
  name: string;
  /** In milliseconds, if known. */
  ms?: number;
  /** The file that it is from, if a user's own. */
  file?: string;
  trouble?: JunitTrouble | undefined;
  /** What the machine printed meanwhile. */
  output?: string;
}

export interface JunitSuite {
  name: string;
  /** In milliseconds. */
  ms: number;
  /** In ISO 8601. */
  started?: string;
  cases: readonly JunitCase[];
}

/** A line that can be read by itself: the value found means little without the one expected. */
export function failureMessage(expected: string | undefined, got: string | undefined): string {
  if (expected === undefined) return got ?? 'failed';
  return got === undefined ? `expected ${expected}` : `expected ${expected}, got ${got}`;
}

/** For a reader of the JUnit file alone, an interrupted run must not look like a pass. */
export const interruptedCase = (text = 'the run was interrupted'): JunitCase => ({
  name: 'run',
  trouble: { kind: 'error', message: 'interrupted', type: 'interrupted', text },
});

const seconds = (ms: number) => (ms / 1000).toFixed(3);

/** An element in the builder's form: attributes begin with `@`, and `#text` is the content. */
type Element = { readonly [name: string]: string | Element | readonly Element[] };

const builder = new XMLBuilder({
  format: true,
  indentBy: '  ',
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

function caseElement(suite: string, { name, ms, file, trouble, output }: JunitCase): Element {
  const time = ms === undefined ? '0' : seconds(ms);
  const group = file === undefined ? suite : `${suite}.${file.replaceAll('/', '.')}`;
  const element = { '@classname': xmlSafe(group), '@name': xmlSafe(name), '@time': time };
  if (trouble === undefined) return element;
  const { kind, message, type, text } = trouble;
  const why: Element = {
    '@message': xmlSafe(message),
    ...(type !== undefined && { '@type': type }),
    ...(text !== undefined && { '#text': xmlSafe(text) }),
  };
  return { ...element, [kind]: why, ...(output !== undefined && { 'system-out': xmlSafe(output) }) };
}

function counts(cases: readonly JunitCase[]): Element {
  const count = (kind: JunitTrouble['kind']) =>
    String(cases.filter(({ trouble }) => trouble?.kind === kind).length);
  return {
    '@tests': String(cases.length),
    '@failures': count('failure'),
    '@skipped': count('skipped'),
    '@errors': count('error'),
  };
}

function suiteElement({ name, ms, started, cases }: JunitSuite): Element {
  return {
    '@name': xmlSafe(name),
    ...counts(cases),
    '@time': seconds(ms),
    ...(started !== undefined && { '@timestamp': started }),
    testcase: cases.map((one) => caseElement(name, one)),
  };
}

/** The whole document, with a final newline. `ms` is the total duration. */
export function junitOf(suites: readonly JunitSuite[], ms: number): string {
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      ...counts(suites.flatMap(({ cases }) => cases)),
      '@time': seconds(ms),
      testsuite: suites.map(suiteElement),
    },
  });
}
