// SPDX-License-Identifier: BSD-2-Clause
/** Identifies the cause of a failure, so that each fault is reported once, even if several break the same rule. */
import type { Step } from '../model/index.js';
import { assertionOf } from './console-text.js';
import type { Failure } from './engine.js';

/** Where a sanitizer stopped the program: its summary, or the place of undefined behaviour. */
const sanitizerSites = [/SUMMARY: \w+: (.*)/, /(?<!\S)(\S+:\d+:\d+): runtime error: /] as const;

const sanitizerSite = (output: string): string | undefined =>
  sanitizerSites.map((site) => site.exec(output)?.[1]).find((found) => found !== undefined);

/** Removes numbers, which name the register or interrupt and not the fault. */
const withoutNumbers = (text: string): string => text.replace(/\b(0x[0-9a-f]+|\d+)\b|(?<=[A-Z])\d+/g, 'n');

/** A key that is the same for failures with one cause. `steps` is the case that failed. */
export function causeOf({ broken, output }: Failure, steps: readonly Step[]): string {
  const { rule, step, expected, got } = broken;
  // The step that killed the target is unknown until its case is shrunk.
  if (output !== undefined) return `${rule.id} ${sanitizerSite(output) ?? assertionOf(output) ?? got}`;
  return `${rule.id} ${steps[step]?.op}: ${withoutNumbers(expected)}, ${withoutNumbers(got)}`;
}
