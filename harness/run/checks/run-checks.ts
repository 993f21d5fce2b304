// SPDX-License-Identifier: BSD-2-Clause
/** Does the checks one after the other and keeps what each found. */
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import { endedBy, type Result } from '../../verdict/verdict.js';
import type { Check, CheckContext } from './check.js';

/**
 * Runs `checks` in order. One that finds something else than expected fails and the next goes on; one whose wait fails
 * leaves the console in a state that nobody knows, so those after it are not run; nor is one that `signal` interrupted.
 */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  progress: Progress,
  signal?: AbortSignal,
): Promise<{ results: Result[]; error: HarnessError | undefined }> {
  const results: Result[] = [];
  let error: HarnessError | undefined;
  for (const { name, run } of checks) {
    if (error) {
      results.push({ name, outcome: 'not run', ms: 0 });
      continue;
    }
    progress({ kind: 'start', step: `check: ${name}` });
    const begin = context.now();
    const where = context.machine.console.position();
    let result: Omit<Result, 'name' | 'ms'>;
    try {
      const { passed, expected, got } = await run(context);
      result = { outcome: passed ? 'pass' : 'fail', expected, got };
    } catch (thrown) {
      if (!(thrown instanceof HarnessError)) throw thrown;
      error = (await context.machine.diagnose()) ?? thrown;
      result = endedBy(error, signal?.aborted ?? false);
    }
    results.push({ name, ...result, ...where, ms: context.now() - begin });
    progress({ kind: 'done', step: `check: ${name}`, note: result.outcome });
  }
  return { results, error };
}
