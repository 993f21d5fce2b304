// SPDX-License-Identifier: BSD-2-Clause
/** One attempt at a test: its own machine, booted or started from a snapshot, and the test's body. */
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { noProgress } from '../../base/progress.js';
import type { Target } from '../../machine/machine.js';
import { bootMachine } from '../check-machine.js';
import { explainEnd } from '../diagnosis/explain.js';
import { bootedState, type Plan, portsOf } from '../plan.js';
import type { JobMachine } from './messages.js';
import type { RegisteredTest } from './registry.js';

/** The environment of a file's tests. */
export interface Bench {
  board: Board;
  plan: Plan;
  target: Target;
  about: JobMachine;
  note: (text: string) => void;
  signal: AbortSignal;
}

/** The course of an attempt, recorded also when it fails. */
export interface Attempt {
  /** `console.log:line` at which it began and ended; undefined without a machine. */
  where?: string | undefined;
  until?: string | undefined;
  /** The boot, or the snapshot in which the machine began; then the body. */
  phases: { name: string; ms: number }[];
}

/**
 * Runs the body of a test, which has `limit` milliseconds; `begins` is called before it. Rejects with whatever went
 * wrong.
 */
export async function attempt(
  { body, options }: RegisteredTest,
  limit: number,
  { board, plan, target, about, note, signal }: Bench,
  course: Attempt,
  begins: () => void,
): Promise<void> {
  const begin = performance.now();
  const late = new AbortController();
  const both = AbortSignal.any([signal, late.signal]);
  const use = !about.fresh && options.fresh !== true;
  const machine = await target.start(about.image, {
    folder: about.folder,
    append: true,
    ports: portsOf(plan),
    signal: both,
    snapshot: { state: bootedState(plan), use, note },
  });
  let timer: NodeJS.Timeout | undefined;
  let bodyBegan: number | undefined;
  try {
    course.where = machine.console.position().where;
    const { shell: guest, guests } = await bootMachine(machine, plan, new Map(), noProgress);
    const booted = performance.now();
    const from = machine.snapshot?.begunIn === undefined ? 'boot' : 'snapshot';
    course.phases.push({ name: from, ms: Math.round(booted - begin) });
    bodyBegan = booted;
    begins();
    const { image, folder, sdk, suiteCase } = about;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(tooLate(limit));
        late.abort();
      }, limit);
    });
    const context = {
      machine,
      guest,
      guests: Object.fromEntries(guests),
      expect: assert,
      board: board.name,
      config: suiteCase.config,
      sdk,
      image,
      folder,
    };
    const done = Promise.resolve().then(() => body({ ...context, signal: both }));
    // After its limit nobody waits for the body any more.
    done.catch(() => {});
    await Promise.race([done, expired]);
  } catch (error) {
    const own = error instanceof HarnessError && error.fault === 'product' && !late.signal.aborted;
    if (!own) throw error;
    throw (
      (await machine.diagnose()) ??
      Object.assign(await explainEnd(error, about.programs), { stack: error.stack })
    );
  } finally {
    clearTimeout(timer);
    if (bodyBegan !== undefined)
      course.phases.push({ name: 'test', ms: Math.round(performance.now() - bodyBegan) });
    course.until = machine.console.position().where;
    await machine.powerOff();
  }
}

const tooLate = (limit: number) =>
  new HarnessError('product', 'the test exceeded its time limit', {
    expected: `at most ${limit / 1000} s`,
    wayOut: 'raise the limit: test(name, body, { limit: ms }), or limits.test in the suite',
  });
