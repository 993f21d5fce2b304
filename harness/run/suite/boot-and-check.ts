// SPDX-License-Identifier: BSD-2-Clause
/** Drives a machine that runs a suite's image: its boot steps, the shell, the checks. */
import { HarnessError } from '../../base/error.js';
import { type Progress, step } from '../../base/progress.js';
import type { Machine } from '../../machine/machine.js';
import { endedBy, type Result } from '../../verdict/verdict.js';
import { type ShellLimits, SuiteShell } from './shell.js';
import { type BootStep, kernelLine, type Suite, type SuiteCheck } from './suite.js';

export interface Checked {
  results: Result[];
  /** The error that ended it before its last check. */
  error?: HarnessError;
}

const now = () => performance.now();
const show = (pattern: string | RegExp) =>
  typeof pattern === 'string' ? JSON.stringify(pattern) : `${pattern}`;

/** The steps of the suite, or by default a kernel's first line; then the shell's prompt. */
function stepsOf({ boot, shell }: Suite): BootStep[] {
  const steps = boot.length > 0 ? boot : [{ until: kernelLine, limit: 120 }];
  return shell === undefined ? [...steps] : [...steps, { until: shell.prompt, limit: 120 }];
}

/** Names the state at the end of the boot: all that is waited for and typed. */
export const bootedState = (suite: Suite): string =>
  JSON.stringify(stepsOf(suite).map(({ until, send }) => [show(until), send ?? '']));

const found = (pattern: string | RegExp, text: string): boolean =>
  typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);

/** Number of lines of a command's output that a result shows. */
const shownLines = 6;
const shorter = (text: string): string => {
  const lines = text.split('\n');
  const rest = lines.length - shownLines;
  return rest > 0 ? `${lines.slice(0, shownLines).join('\n')}\n(${rest} more lines)` : text;
};

async function check(
  shell: SuiteShell,
  { run, expect, status: wanted }: SuiteCheck,
  limits: ShellLimits,
): Promise<Omit<Result, 'name' | 'ms'>> {
  const { output, status } = await shell.run(run, limits);
  const passed = status === wanted && (expect === undefined || found(expect, output));
  const expected = expect === undefined ? `exit status ${wanted}` : `exit status ${wanted}, ${show(expect)}`;
  const exit = status === wanted ? '' : `exit status ${status}: `;
  return { outcome: passed ? 'pass' : 'fail', expected, got: `${exit}${shorter(output)}` };
}

/** Boots and checks. Faults of the product are in the results. Rejects only with bugs. */
export async function bootAndCheck(
  machine: Machine,
  suite: Suite,
  progress: Progress,
  signal: AbortSignal,
): Promise<Checked> {
  const silence = (suite.limits.silence ?? 60) * 1000;
  const results: Result[] = [];
  let error: HarnessError | undefined;
  /**
   * Produces one result of the verdict. After a result whose wait failed, the state of the console is unknown and the
   * rest does not run.
   */
  const line = async (name: string, body: () => Promise<Omit<Result, 'name' | 'ms'>>) => {
    if (error !== undefined) {
      results.push({ name, outcome: 'not run', ms: 0 });
      return;
    }
    const begin = now();
    const where = machine.console.position();
    let result: Omit<Result, 'name' | 'ms'>;
    try {
      result = await step(progress, name, body, ({ outcome }) => outcome);
    } catch (thrown) {
      if (!(thrown instanceof HarnessError)) throw thrown;
      error = (await machine.diagnose()) ?? thrown;
      result = endedBy(error, signal.aborted);
    }
    results.push({ name, ...where, ...result, ms: now() - begin });
  };
  const { snapshot } = machine;
  for (const { until, send, limit } of stepsOf(suite)) {
    await line(`boot: ${show(until)}`, async () => {
      if (snapshot?.begunIn !== undefined)
        return { outcome: 'pass', expected: show(until), got: `a snapshot of ${snapshot.begunIn}` };
      const what = `${show(until)} of the boot`;
      const { text } = await machine.console.expect(until, { what, limit: limit * 1000, silence });
      if (send !== undefined) await machine.console.send(send);
      return { outcome: 'pass', expected: show(until), got: text };
    });
  }
  if (error === undefined && snapshot !== undefined && snapshot.begunIn === undefined)
    await step(progress, 'snapshot', () => snapshot.save());
  const shell = new SuiteShell(machine.console, suite.shell?.prompt ?? '');
  for (const suiteCheck of suite.check)
    await line(suiteCheck.name, () => {
      const limit = suiteCheck.limit * 1000;
      return check(shell, suiteCheck, { limit, silence: limit });
    });
  return { results, ...(error !== undefined && { error }) };
}
