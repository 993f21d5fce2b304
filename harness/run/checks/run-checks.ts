// SPDX-License-Identifier: BSD-2-Clause
/** Runs the checks one after the other and collects their results. */
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import { endedBy, type Result } from '../../verdict/verdict.js';
import { explainEnd } from '../diagnosis/explain.js';
import type { Check, CheckContext } from './check.js';

/**
 * Runs `checks` in order. After a check that fails because it found something unexpected, the next one runs. After a
 * check whose wait fails, the state of the console is unknown, so the rest do not run; nor do they after `signal`
 * interrupts one.
 */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  progress: Progress,
  signal?: AbortSignal,
): Promise<{ results: Result[]; error: HarnessError | undefined }> {
  const results: Result[] = [];
  let error: HarnessError | undefined;
  for (const { name, guest, run } of checks) {
    if (error) {
      results.push({ name, outcome: 'not run', ms: 0 });
      continue;
    }
    progress({ kind: 'start', step: `check: ${name}` });
    const begin = context.now();
    const shell = context.guests.get(guest ?? '') ?? context.shell;
    const { where } = shell.console.position();
    let result: Omit<Result, 'name' | 'ms'>;
    try {
      const { passed, expected, got } = await run({ ...context, shell });
      result = { outcome: passed ? 'pass' : 'fail', expected, got };
    } catch (thrown) {
      if (!(thrown instanceof HarnessError)) throw thrown;
      error = (await context.machine.diagnose()) ?? (await explainEnd(thrown, context.programs));
      result = endedBy(error, signal?.aborted ?? false);
    }
    const { where: until } = shell.console.position();
    results.push({
      name,
      ...result,
      ...(where !== undefined && { where }),
      ...(until !== undefined && { until }),
      ms: context.now() - begin,
    });
    progress({ kind: 'done', step: `check: ${name}`, note: result.outcome });
  }
  return { results, error };
}
