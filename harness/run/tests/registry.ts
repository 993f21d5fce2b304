// SPDX-License-Identifier: BSD-2-Clause
/** The tests of a file, registered while the file is imported. */
import type * as assert from 'uvu/assert';
import { HarnessError } from '../../base/error.js';
import type { Machine } from '../../machine/machine.js';
import type { GuestShell } from '../shell.js';

/** The argument of a test. */
export interface TestContext {
  /** The test's own machine, at the end of its boot: its console, its reset. */
  machine: Machine;
  /** The shell of its guest. */
  guest: GuestShell;
  /** The shells of several guests that share the console, by name; `guest` is the first one's then. */
  guests: Readonly<Record<string, GuestShell>>;
  /** Assertions, those of uvu: `expect.is`, `.equal`, `.match`, `.ok`, `.not`, `.throws`. */
  expect: typeof assert;
  /** The case of the matrix. */
  board: string;
  config: string;
  /** Name of the SDK, and the version of Microkit that it has. */
  sdk: { name: string; version: string; dir: string };
  /** Path of the image that runs. */
  image: string;
  /** The case's folder, for files that the test leaves. */
  folder: string;
  /** Aborted at the test's limit, and when the run is interrupted. */
  signal: AbortSignal;
}

/** The body of a test. The test fails when it throws. */
export type TestBody = (context: TestContext) => unknown;

export interface TestOptions {
  /**
   * Milliseconds for the body, without the boot; default `limits.test` of the suite, which is 60 seconds by default.
   */
  limit?: number;
  /** How many times to retry it after a failure, each time on a new machine; default `retries` of the suite. */
  retries?: number;
  /** Whether it boots instead of starting from a snapshot of a boot. */
  fresh?: boolean;
  /** Why it does not run. */
  skip?: string;
}

export interface RegisteredTest {
  name: string;
  body: TestBody;
  options: TestOptions;
}

/** The tests of the file that is being imported; undefined when no file is being run. */
let tests: RegisteredTest[] | undefined;

/**
 * Adds a test. `name` is a sentence that states what is true; no two tests of a file have the same name.
 *
 * Throws HarnessError (usage) for a duplicate name, and outside `vmm-harness test`.
 *
 * @since 0.2.0
 */
export function test(name: string, body: TestBody, options: TestOptions = {}): void {
  if (tests === undefined)
    throw new HarnessError('usage', 'a test of a suite cannot be run alone', {
      wayOut: 'vmm-harness test runs it; docs/suite.md',
    });
  if (tests.some((other) => other.name === name))
    throw new HarnessError('usage', `two tests are named ${JSON.stringify(name)}`);
  tests.push({ name, body, options });
}

/** The tests that `load`, the import of a file, registers. */
export async function collect(load: () => Promise<unknown>): Promise<readonly RegisteredTest[]> {
  const added: RegisteredTest[] = [];
  tests = added;
  try {
    await load();
  } finally {
    tests = undefined;
  }
  return added;
}
