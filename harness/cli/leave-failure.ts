// SPDX-License-Identifier: BSD-2-Clause
/**
 * A run that ends before it has a folder (a failed build, Ctrl-C) still leaves one, with verdict and JUnit. Otherwise
 * the newest run folder could be that of an older run that passed.
 */
import { relative } from 'node:path';
import { HarnessError } from '../base/error.js';
import { errorOf, makeRunFolder, writeVerdict } from '../verdict/folder.js';
import { endedBy, noFile, type Verdict } from '../verdict/verdict.js';
import type { Context } from './command.js';
import { leaveReport } from './leave-report.js';

/** The intended run. */
export interface Attempt {
  runsRoot: string;
  board: string;
  /** As the user named it; which SDK that selects is not known yet. */
  sdk: string;
  config: string;
  /** 0 when unknown. */
  vcpus: number;
  target: string;
  /** Names of the results that a complete run would have. */
  undone: readonly string[];
  repeat: string;
}

async function leave(
  attempt: Attempt,
  error: HarnessError,
  { started, ms }: { started: Date; ms: number },
  { progress, signal: { aborted } }: Pick<Context, 'progress' | 'signal'>,
): Promise<void> {
  const { runsRoot, board, sdk, config, vcpus, target, undone, repeat } = attempt;
  const verdict: Verdict = {
    outcome: aborted ? 'interrupted' : error.fault === 'product' ? 'fail' : 'error',
    board,
    sdk: { name: sdk, version: '', dir: '' },
    config,
    vcpus,
    target,
    started: started.toISOString(),
    ms,
    results: [
      { name: 'build', ...endedBy(error, aborted), ms },
      ...undone.map((name) => ({ name, outcome: 'not run', ms: 0 }) as const),
    ],
    ...(!aborted && { error: errorOf(error) }),
    image: noFile,
    inputs: {},
    facts: {},
    repeat,
  };
  const folder = await makeRunFolder(runsRoot, board, sdk, started);
  await writeVerdict(folder, verdict);
  await leaveReport(folder, progress);
  progress({ kind: 'note', text: `run folder: ${relative('', folder)}` });
}

/** Does the work up to the creation of the run's own folder. A usage error is only reported, and leaves no folder. */
export async function orLeaveFailure<T>(
  attempt: Attempt,
  context: Pick<Context, 'progress' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  const started = new Date();
  const begin = performance.now();
  try {
    return await work();
  } catch (thrown) {
    const { aborted } = context.signal;
    const error = aborted ? new HarnessError('usage', 'interrupted') : thrown;
    if (error instanceof HarnessError && (aborted || error.fault !== 'usage')) {
      const time = { started, ms: Math.round(performance.now() - begin) };
      // If nothing can be written, the original error matters more.
      await leave(attempt, error, time, context).catch(() => {});
    }
    throw thrown;
  }
}
