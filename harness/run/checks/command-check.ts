// SPDX-License-Identifier: BSD-2-Clause
/** A check that consists of one command: its exit status, and the required contents of its output. */
import { showPattern } from '../plan.js';
import type { Check, Observation } from './check.js';

export interface CommandCheck {
  name: string;
  /** One line for a POSIX shell. */
  run: string;
  /** The exit status. */
  status: number;
  /** Text that the output must contain. */
  expect?: string | RegExp | undefined;
  /** The bounds of the first number in the output. */
  between?: readonly [number, number] | undefined;
  /** Milliseconds for the command. */
  limit: number;
}

/** Number of lines of a command's output that a result shows. */
const shownLines = 6;
function shorter(text: string): string {
  const lines = text.split('\n');
  const rest = lines.length - shownLines;
  return rest > 0 ? `${lines.slice(0, shownLines).join('\n')}\n(${rest} more lines)` : text;
}

const contains = (pattern: string | RegExp, text: string): boolean =>
  typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);

function isBetween([least, most]: readonly [number, number], text: string): boolean {
  const number = Number(/-?\d+(?:\.\d+)?/.exec(text)?.[0] ?? Number.NaN);
  return number >= least && number <= most;
}

/** Judges a command that exited with `status` and printed `output`. */
function judge(check: CommandCheck, output: string, status: number): Observation {
  const { expect, between } = check;
  const expected = [
    `exit status ${check.status}`,
    ...(expect === undefined ? [] : [showPattern(expect)]),
    ...(between === undefined ? [] : [`a number from ${between[0]} to ${between[1]}`]),
  ];
  const passed =
    status === check.status &&
    (expect === undefined || contains(expect, output)) &&
    (between === undefined || isBetween(between, output));
  const exit = status === check.status ? '' : `exit status ${status}: `;
  return { passed, expected: expected.join(', '), got: `${exit}${shorter(output)}` };
}

export const commandCheck = (check: CommandCheck): Check => ({
  name: check.name,
  async run({ shell }) {
    const { output, status } = await shell.run(check.run, check.limit);
    return judge(check, output, status);
  },
});
