// SPDX-License-Identifier: BSD-2-Clause
/** The failure of a test as a report shows it: message, expected and got, and the place in the user's file. */
import { inspect } from 'node:util';
import { HarnessError } from '../../base/error.js';
import { placeOfFrame } from '../../base/stack-frame.js';
import type { TestFailure } from './messages.js';

/**
 * Where the stack of `error` leaves the user's file: the first frame in `source`. Stacks have the lines of the user's
 * file because Node reads the source map in the module.
 */
function placeIn(error: unknown, source: string): string | undefined {
  for (const line of (error instanceof Error ? (error.stack ?? '') : '').split('\n')) {
    const place = placeOfFrame(line);
    if (place?.path === source) return `${source}:${place.line}:${place.column}`;
  }
  return undefined;
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : inspect(value));

/** `error` is whatever the test threw. */
export function failureOf(error: unknown, source: string): TestFailure {
  const place = placeIn(error, source);
  if (error instanceof HarnessError) {
    const { expected, got } = error.detail;
    return { fault: error.fault, message: error.message, expected, got, source: place };
  }
  const message = error instanceof Error ? error.message : `thrown: ${shown(error)}`;
  // uvu's assertions have `expects`, those of Node `expected`.
  const {
    expects,
    expected = expects,
    actual,
    code,
  } = (error as Record<string, unknown> | null | undefined) ?? {};
  const compared = code === 'ERR_ASSERTION';
  return {
    fault: 'defect',
    message,
    ...(compared && { expected: shown(expected), got: shown(actual) }),
    source: place,
  };
}
