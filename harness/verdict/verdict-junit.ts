// SPDX-License-Identifier: BSD-2-Clause
/** Verdicts of runs as JUnit: a suite for each board, a case for each check. */
import type { HarnessError } from '../base/error.js';
import { failureMessage, interruptedCase, type JunitCase, type JunitSuite, junitOf } from './junit.js';
import type { BoardRun, Result, Verdict } from './verdict.js';

const kinds = { fail: 'failure', error: 'error' } as const;

function caseOf({ name, outcome, expected, got, where, source, ms }: Result): JunitCase {
  if (outcome === 'pass') return { name, ms };
  if (outcome === 'not run') return { name, ms, trouble: { kind: 'skipped', message: 'not run' } };
  if (outcome === 'skipped') return { name, ms, trouble: { kind: 'skipped', message: got ?? 'skipped' } };
  const parts = { expected, got, at: source, console: where };
  const text = Object.entries(parts).flatMap(([part, value]) => (value ? [`${part}: ${value}`] : []));
  const message = failureMessage(expected, got);
  return { name, ms, trouble: { kind: kinds[outcome], message, text: text.join('\n') } };
}

/** The suite of one run; by default `name` is the board's. */
function suiteOf(verdict: Verdict, name = verdict.board): JunitSuite {
  const { sdk, config, vcpus, results, started, ms, outcome } = verdict;
  const cases = results.map(caseOf);
  return {
    name: [name, sdk.name, config, ...(vcpus === 0 ? [] : [`${vcpus}vcpu`])].join('.'),
    ms,
    started,
    cases: outcome === 'interrupted' ? [interruptedCase(), ...cases] : cases,
  };
}

/** The suite of a board without a verdict. */
function suiteOfError(name: string, error: HarnessError): JunitSuite {
  const trouble = {
    kind: 'error',
    message: error.message,
    type: error.fault,
    text: error.explain(),
  } as const;
  return { name, ms: 0, cases: [{ name: 'run', ms: 0, trouble }] };
}

/** The suite of a case that was skipped. */
const suiteOfSkipped = (name: string, reason: string): JunitSuite => ({
  name,
  ms: 0,
  cases: [{ name: 'run', ms: 0, trouble: { kind: 'skipped', message: reason } }],
});

/** The whole document of one run. */
export const junit = (verdict: Verdict): string => junitOf([suiteOf(verdict)], verdict.ms);

/** The document of runs side by side: a suite for each, named like the board on the desk. */
export function junitOfAll(boards: readonly BoardRun[], ms: number): string {
  const suites = boards.map((one) => {
    if ('run' in one) return suiteOf(one.run.verdict, one.name);
    return 'error' in one ? suiteOfError(one.name, one.error) : suiteOfSkipped(one.name, one.skipped);
  });
  return junitOf(suites, ms);
}
