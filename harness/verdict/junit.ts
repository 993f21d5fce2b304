// SPDX-License-Identifier: BSD-2-Clause
/** The XML that CI systems read (JUnit's, as Jenkins' schema has it): suites of cases, with their counts. */
import { XMLBuilder } from 'fast-xml-parser';
import { escapeXml } from '../base/text.js';

/** What XML 1.0 cannot hold, not even as a reference: the console's control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

const speakable = (text: string): string => text.replace(unspeakable, '?');

/** Text between tags of a document that is written by hand; what XML cannot hold becomes `?`. */
export const xmlText = (text: string): string => escapeXml(speakable(text));

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

/** An element as the builder takes it: attributes begin with `@`, `#text` is its content. */
type Element = { readonly [name: string]: string | Element | readonly Element[] };

const builder = new XMLBuilder({
  format: true,
  indentBy: '  ',
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

function caseElement(suite: string, { name, ms, trouble }: JunitCase): Element {
  const time = ms === undefined ? '0' : seconds(ms);
  const element = { '@classname': speakable(suite), '@name': speakable(name), '@time': time };
  if (trouble === undefined) return element;
  const { kind, message, type, text } = trouble;
  const why: Element = {
    '@message': speakable(message),
    ...(type !== undefined && { '@type': type }),
    ...(text !== undefined && { '#text': speakable(text) }),
  };
  return { ...element, [kind]: why };
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
    '@name': speakable(name),
    ...counts(cases),
    '@time': seconds(ms),
    ...(started !== undefined && { '@timestamp': started }),
    testcase: cases.map((one) => caseElement(name, one)),
  };
}

/** The whole document, with a final newline; `ms` is what all of it took. */
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
