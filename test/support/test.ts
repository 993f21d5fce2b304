// SPDX-License-Identifier: BSD-2-Clause
/**
 * uvu's `test`, with a limit for each test: one that never settles fails under its own name, one that leaves
 * something open (a socket, a child, a timer) after the last test ends the file with what it was.
 *
 * A file is a program of its own: `node dist/test/unit/x.test.js`. The runner (`runner.ts`) starts it with a pipe on
 * the descriptor named by `TEST_EVENTS_FD` and counts what is written there; alone it prints what uvu prints.
 */

import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { suite } from 'uvu';
import { HarnessError } from '../../harness/base/error.js';

/** The events that a test file reports to the runner, one JSON object per line. */
export type TestEvent =
  | { event: 'start'; name: string }
  | { event: 'pass' | 'fail'; name: string; ms: number; message?: string }
  | { event: 'skip'; name: string; reason: string }
  | { event: 'end' };

export interface TestOptions {
  /**
   * Milliseconds after which the test fails; 60 s by default: a guard against hanging tests, far above the duration on
   * a busy machine.
   */
  limit?: number;
  /** Why this test cannot run here. It then counts as skipped, and the reason is printed. `undefined` runs it. */
  skip?: string | undefined;
}

const defaultLimit = 60_000;
/** How long a file may stay alive after its last test. */
const lingerLimit = 3_000;
const eventsFd = Number(process.env.TEST_EVENTS_FD ?? Number.NaN);
/** Only tests whose name contains this text run, and count. */
const grep = process.env.TEST_GREP ?? '';
const cases = suite();

/** A test that {@link collectTests} has kept. */
export interface CollectedTest {
  name: string;
  body: () => unknown;
}
let collected: CollectedTest[] | undefined;

/** From now on, test files that are imported do not run their tests, but add them to the list that this returns. */
export function collectTests(): readonly CollectedTest[] {
  collected = [];
  return collected;
}

function emit(event: TestEvent): void {
  if (!Number.isNaN(eventsFd)) writeSync(eventsFd, `${JSON.stringify(event)}\n`);
}

async function limited(body: () => unknown, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after its limit of ${limit / 1000} s`)), limit);
  });
  try {
    await Promise.race([Promise.resolve().then(body), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Adds a test; `name` is a sentence that states what is true. */
export function test(name: string, body: () => unknown, options: TestOptions = {}): void {
  if (!name.includes(grep)) return;
  if (collected !== undefined) {
    collected.push({ name, body });
    return;
  }
  const { limit = defaultLimit, skip } = options;
  if (skip !== undefined) {
    emit({ event: 'skip', name, reason: skip });
    process.stdout.write(`skipped: ${name}: ${skip}\n`);
    cases.skip();
    return;
  }
  cases(name, async () => {
    const begin = performance.now();
    emit({ event: 'start', name });
    try {
      await limited(body, limit);
    } catch (error) {
      const whole = error instanceof HarnessError ? new Error(error.explain(), { cause: error }) : error;
      const message = whole instanceof Error ? whole.message : String(whole);
      emit({ event: 'fail', name, ms: performance.now() - begin, message });
      throw whole;
    }
    emit({ event: 'pass', name, ms: performance.now() - begin });
  });
}

/** Runs the added tests. Call it once, at the end of the file. */
export function run(): void {
  if (collected !== undefined) return;
  cases.after(() => {
    emit({ event: 'end' });
    const linger = setTimeout(() => {
      process.stderr.write(`left open after the last test: ${process.getActiveResourcesInfo().join(', ')}\n`);
      process.exit(1);
    }, lingerLimit);
    linger.unref();
  });
  cases.run();
}
