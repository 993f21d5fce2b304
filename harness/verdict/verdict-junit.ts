// SPDX-License-Identifier: BSD-2-Clause
/** Verdicts of runs as JUnit: a suite for each board, a case for each check. */
import type { HarnessError } from '../base/error.js';
import { excerpts } from './excerpt.js';
import { failureMessage, interruptedCase, type JunitCase, type JunitSuite, junitOf } from './junit.js';
import type { BoardRun, Result, Verdict } from './verdict.js';

const kinds = { fail: 'failure', error: 'error' } as const;

type Excerpt = ReturnType<typeof excerpts>;

function caseOf(result: Result, excerpt: Excerpt): JunitCase {
  const { name, outcome, expected, got, where, file, source, ms } = result;
  const about = { name, ms, ...(file !== undefined && { file }) };
  if (outcome === 'pass') return about;
  if (outcome === 'not run') return { ...about, trouble: { kind: 'skipped', message: 'not run' } };
  if (outcome === 'skipped') return { ...about, trouble: { kind: 'skipped', message: got ?? 'skipped' } };
  const parts = { expected, got, at: source, console: where };
  const text = Object.entries(parts).flatMap(([part, value]) => (value ? [`${part}: ${value}`] : []));
  const message = failureMessage(expected, got);
  const output = excerpt(result);
  return {
    ...about,
    trouble: { kind: kinds[outcome], message, text: text.join('\n') },
    ...(output !== undefined && { output }),
  };
}

/** The suite of one run, whose logs are in `folder`; by default `name` is the board's. */
function suiteOf(verdict: Verdict, folder: string, name = verdict.board): JunitSuite {
  const { sdk, config, vcpus, results, started, ms, outcome } = verdict;
  const excerpt = excerpts(folder);
  const cases = results.map((result) => caseOf(result, excerpt));
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

/** The whole document of one run, whose logs are in `folder`. */
export const junit = (verdict: Verdict, folder: string): string =>
  junitOf([suiteOf(verdict, folder)], verdict.ms);

/** The document of runs side by side: a suite for each, named like the board on the desk. */
export function junitOfAll(boards: readonly BoardRun[], ms: number): string {
  const suites = boards.map((one) => {
    if ('run' in one) return suiteOf(one.run.verdict, one.run.folder, one.name);
    return 'error' in one ? suiteOfError(one.name, one.error) : suiteOfSkipped(one.name, one.skipped);
  });
  return junitOf(suites, ms);
}
