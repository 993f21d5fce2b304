// SPDX-License-Identifier: BSD-2-Clause
/**
 * The process of one test file: imports it, and runs its tests under uvu, each on its own machine. Results go to the
 * harness as messages; output of uvu and the tests goes to a log.
 */
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { suite as uvuSuite } from 'uvu';
import { HarnessError } from '../../base/error.js';
import { onInterrupt } from '../../base/interrupt.js';
import { suitePlan } from '../suite/plan.js';
import { readSuite } from '../suite/read.js';
import { boardNamed, suiteTarget } from '../suite/target.js';
import { type Attempt, attempt, type Bench } from './attempt.js';
import { failureOf } from './failure.js';
import type { Job, JobMachine, Message, TestFailure } from './messages.js';
import { collect, type RegisteredTest } from './registry.js';

/** Seconds for the body of a test. */
const testLimit = 60;

/** Resolves when the harness has received it, so that nothing is lost when this process ends. */
const tell = (message: Message) =>
  new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });

async function benchOf(
  about: JobMachine,
  signal: AbortSignal,
): Promise<Bench & { retries: number; limit: number }> {
  const loaded = readSuite(about.suite);
  const { suite } = loaded;
  const { suiteCase, sdk } = about;
  const board = boardNamed(suiteCase.board);
  const note = (text: string) => void tell({ event: 'note', text });
  const progress = () => {};
  const target = await suiteTarget({
    loaded,
    suiteCase,
    sdk,
    board,
    lab: about.lab,
    command: about.command,
    progress,
  });
  const limit = (suite.limits.test ?? testLimit) * 1000;
  return { board, plan: suitePlan(suite, board), target, about, note, signal, retries: suite.retries, limit };
}

/** Makes all attempts at one test. Throws the error of the last one. */
async function tryTest(test: RegisteredTest, source: string, bench: Awaited<ReturnType<typeof benchOf>>) {
  const { name, options } = test;
  const { limit = bench.limit, retries = bench.retries } = options;
  const begin = performance.now();
  let course: Attempt = { phases: [] };
  let failure: TestFailure | undefined;
  let thrown: unknown;
  let attempts = 0;
  do {
    attempts += 1;
    failure = undefined;
    const before = performance.now() - begin;
    course = { phases: attempts > 1 ? [{ name: 'earlier attempts', ms: Math.round(before) }] : [] };
    void tell({ event: 'begin', name });
    try {
      await attempt(test, limit, bench, course, () => void tell({ event: 'body', name, limit }));
    } catch (error) {
      thrown = error;
      failure = failureOf(error, source);
    }
  } while (failure !== undefined && attempts <= retries && !bench.signal.aborted);
  const { where, until, phases } = course;
  const ms = performance.now() - begin;
  await tell({ event: 'end', name, attempts, ms, where, until, phases, failure });
  if (failure !== undefined) throw thrown instanceof Error ? thrown : new Error(String(thrown));
}

async function work({ bundle, source, grep, machine }: Job, signal: AbortSignal): Promise<void> {
  let all: readonly RegisteredTest[];
  try {
    all = await collect(() => import(pathToFileURL(bundle).href));
  } catch (error) {
    await tell({ event: 'broken', failure: failureOf(error, source) });
    return;
  }
  const tests = all.filter(({ name }) => grep === undefined || name.includes(grep));
  await tell({ event: 'loaded', tests: tests.map(({ name, options }) => ({ name, skip: options.skip })) });
  if (machine === undefined) return;
  const bench = await benchOf(machine, signal);
  const cases = uvuSuite(source);
  for (const test of tests) {
    if (test.options.skip !== undefined) cases.skip();
    else
      cases(test.name, async () => {
        if (!signal.aborted) await tryTest(test, source, bench);
      });
  }
  await new Promise<void>((resolve) => {
    cases.after(() => resolve());
    cases.run();
  });
}

const signal = onInterrupt();
// Without the harness nobody reads the results.
process.once('disconnect', () => process.exit(1));
const [job] = (await once(process, 'message')) as [Job];
try {
  await work(job, signal);
} catch (error) {
  const known =
    error instanceof HarnessError ? error : new HarnessError('harness', String(error), { cause: error });
  await tell({ event: 'broken', failure: failureOf(known, job.source) });
}
process.exit(0);
