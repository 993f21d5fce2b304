// SPDX-License-Identifier: BSD-2-Clause
/**
 * Searches for cases that break a rule: generates cases, runs them, prefers themes whose rules were not exercised, and
 * shrinks the cases that fail.
 */
import { type Arbitrary, asyncProperty, check, sample } from 'fast-check';
import { allRules, Ledger, type Rule } from '../model/index.js';
import type { Case } from './case.js';
import type { Engine, Failure } from './engine.js';
import type { Finding } from './finding.js';
import { CaseArbitrary } from './generate/arbitrary.js';
import { type Theme, themes, themesOf } from './generate/themes.js';

export interface SearchOptions {
  seed: number;
  /** Cases to generate. */
  cases: number;
  /** Cases in one batch. */
  batch?: number;
  /** Transforms each case before it is run. */
  prepare?: (made: Case) => Case;
  /** Rules whose breaks are expected, and make no finding. */
  known?: ReadonlySet<Rule>;
  /** Milliseconds for shrinking one case; 30 s when not given. */
  shrinkLimit?: number;
  /** Ends the search at the first broken rule. */
  first?: boolean;
  /** Ends the search early, with the findings so far. */
  signal?: AbortSignal | undefined;
  progress?(cases: number, findings: number): void;
}

const defaultBatch = 100;
/** Milliseconds for shrinking a case. Each try may kill the target, and a restart is slow. */
const shrinkLimit = 30_000;

/** Themes for the next batch: all of them, and those of rules not yet exercised twice more. */
function chooseThemes(engine: Engine): Theme[] {
  const { gic } = engine.config;
  const missing = allRules.filter(
    (rule) => engine.ledger.held[rule.index] === 0 && (rule.gic ?? gic) === gic,
  );
  const wanted = [...new Set(missing.flatMap(themesOf))];
  return [...themes, ...wanted, ...wanted];
}

/** Rules of these topics break together. Which one is reported depends on the rest of the case. */
const related: readonly string[] = ['deliver', 'list', 'gicc'];

const isRelated = (a: Rule, b: Rule): boolean =>
  a === b || [a, b].every(({ id }) => related.includes(id.slice(0, id.indexOf('.'))));

/** Shrinks a failing case while it still breaks the same rule or a related one. */
async function shrink(
  engine: Engine,
  arbitrary: Arbitrary<Case>,
  seed: number,
  path: string,
  rule: Rule,
  { signal, shrinkLimit: interruptAfterTimeLimit = shrinkLimit }: SearchOptions,
): Promise<{ found: Case; failure: Failure; path: string } | undefined> {
  let last: { found: Case; failure: Failure } | undefined;
  const property = asyncProperty(arbitrary, async (tried) => {
    // An interrupted run shrinks no further.
    if (signal?.aborted) return true;
    const [verdict] = await engine.run([tried], new Ledger());
    const failure = verdict?.failure;
    if (failure === undefined || !isRelated(failure.broken.rule, rule)) return true;
    last = { found: { ...tried, steps: tried.steps.slice(0, failure.broken.step + 1) }, failure };
    return false;
  });
  const { counterexamplePath } = await check(property, { seed, path, numRuns: 1, interruptAfterTimeLimit });
  return last && { ...last, path: counterexamplePath ?? path };
}

/** Searches. Returns one finding for each rule that broke; if interrupted, the findings so far. */
export async function search(engine: Engine, options: SearchOptions): Promise<Finding[]> {
  const findings = new Map<Rule, Finding>();
  try {
    await searchInto(findings, engine, options);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  }
  return [...findings.values()];
}

async function searchInto(
  findings: Map<Rule, Finding>,
  engine: Engine,
  options: SearchOptions,
): Promise<void> {
  const { signal } = options;
  const size = options.batch ?? defaultBatch;
  for (let done = 0, batch = 0; done < options.cases && !signal?.aborted; done += size, batch += 1) {
    const made = new CaseArbitrary(chooseThemes(engine), engine.config);
    const arbitrary = options.prepare === undefined ? made : made.map(options.prepare);
    const seed = (options.seed + batch * 0x9e37_79b1) | 0;
    const cases = sample(arbitrary, { seed, numRuns: Math.min(size, options.cases - done) });
    const verdicts = await engine.run(cases);
    for (const [index, { failure }] of verdicts.entries()) {
      if (failure === undefined || findings.has(failure.broken.rule)) continue;
      if (options.known?.has(failure.broken.rule)) continue;
      const after = engine.steps;
      const long = { found: cases[index] ?? fail(), failure, path: String(index) };
      const again = () => shrink(engine, arbitrary, seed, long.path, failure.broken.rule, options);
      // If the run ends before the case is shrunk, the finding keeps the long case.
      const found = (await again().catch(unlessAborted(signal))) ?? long;
      const { rule } = found.failure.broken;
      if (!findings.has(rule))
        findings.set(rule, {
          engine,
          rule,
          ...found,
          origin: `seed ${seed}, path ${found.path}`,
          after,
          witnesses: [],
        });
      if (options.first) return;
    }
    options.progress?.(Math.min(done + size, options.cases), findings.size);
  }
}

const unlessAborted = (signal: AbortSignal | undefined) => (error: unknown) => {
  if (!signal?.aborted) throw error;
  return undefined;
};

function fail(): never {
  throw new Error('a case has no verdict');
}
