// SPDX-License-Identifier: BSD-2-Clause
/** What broke a rule, so that two faults under one rule are told apart and one fault is reported once. */
import type { Step } from '../model/index.js';
import { assertionOf } from './console-text.js';
import type { Failure } from './engine.js';

/** Where a sanitizer stopped the program: its summary, or the place of undefined behaviour. */
const sanitizerSites = [/SUMMARY: \w+: (.*)/, /(\S+:\d+:\d+): runtime error: /] as const;

const sanitizerSite = (output: string): string | undefined =>
  sanitizerSites.map((site) => site.exec(output)?.[1]).find((found) => found !== undefined);

/** Numbers say which register or interrupt it was, not what went wrong. */
const withoutNumbers = (text: string): string => text.replace(/\b(0x[0-9a-f]+|\d+)\b|(?<=[A-Z])\d+/g, 'n');

/** The same for two failures of one cause. `steps` is the case that failed. */
export function causeOf({ broken, output }: Failure, steps: readonly Step[]): string {
  const { rule, step, expected, got } = broken;
  // Of a death nobody knows the step, before its case is as short as it gets.
  if (output !== undefined) return `${rule.id} ${sanitizerSite(output) ?? assertionOf(output) ?? got}`;
  return `${rule.id} ${steps[step]?.op}: ${withoutNumbers(expected)}, ${withoutNumbers(got)}`;
}
