// SPDX-License-Identifier: BSD-2-Clause
/**
 * Searches for cases that break a rule: generates cases, runs them, prefers themes whose rules were not exercised, and
 * shrinks the cases that fail.
 */
import { type Arbitrary, asyncProperty, check, sample } from 'fast-check';
import { allRules, Ledger, type Rule } from '../model/index.js';
import type { Case } from './case.js';
import { causeOf } from './cause.js';
import type { Engine, Failure } from './engine.js';
import type { Finding } from './finding.js';
import { CaseArbitrary } from './generate/arbitrary.js';
import { type Theme, themes, themesOf } from './generate/themes.js';
import { Guide } from './guide.js';

export interface SearchOptions {
  seed: number;
  /** Cases to generate. */
  cases: number;
  /** Cases in one batch. */
  batch?: number;
  /** Transforms each case before it is run. */
  prepare?: (made: Case) => Case;
  /** Rules whose breaks are expected and are not findings. */
  known?: ReadonlySet<Rule>;
  /** Ends the search at the first broken rule. */
  first?: boolean;
  /** The most causes to distinguish for one rule; 3 by default. */
  causes?: number;
  /** Milliseconds for shrinking a case; half a minute by default. */
  shrinkLimit?: number;
  /** Rules whose breaks are no news: their cases are shrunk only briefly. */
  expected?: ReadonlySet<Rule>;
  /** Ends the search early, with the findings so far. */
  signal?: AbortSignal | undefined;
  progress?(cases: number, findings: number): void;
}

const defaultBatch = 100;
/** Milliseconds for shrinking a case. Each try may kill the target, and a restart is slow. */
const shrinkLimit = 30_000;
const expectedShrinkLimit = 3_000;

/** Themes for the next batch: all of them, and those of rules not yet exercised twice more. */
function chooseThemes(engine: Engine): Theme[] {
  const { gic } = engine.config;
  const missing = allRules.filter(
    (rule) => engine.ledger.held[rule.index] === 0 && (rule.gic ?? gic) === gic,
  );
  const wanted = [...new Set(missing.flatMap(themesOf))];
  return [...themes, ...wanted, ...wanted];
}

/** The most findings for one rule, to bound the time of a search. */
const usualCauses = 3;

/** Shrinks a failing case while it still fails for the same cause. */
async function shrink(
  engine: Engine,
  arbitrary: Arbitrary<Case>,
  { seed, path, grown, cause, signal, limit }: Shrinking,
): Promise<{ found: Case; failure: Failure; path: string } | undefined> {
  let last: { found: Case; failure: Failure } | undefined;
  const end = AbortSignal.any([AbortSignal.timeout(limit), ...(signal ? [signal] : [])]);
  const property = asyncProperty(arbitrary, async (tried) => {
    // The time limit and an interruption stop the shrinking between two tries, never during one: a target runs one case
    // at a time.
    if (end.aborted && (last !== undefined || signal?.aborted)) return true;
    const [verdict] = await engine.run([tried], new Ledger());
    const failure = verdict?.failures.find((broken) => causeOf(broken, tried.steps) === cause);
    if (failure === undefined) return true;
    last = { found: { ...tried, steps: tried.steps.slice(0, failure.broken.step + 1) }, failure };
    return false;
  });
  const start = grown === undefined ? { path } : { examples: [[grown] as [Case]] };
  const { counterexamplePath } = await check(property, { seed, numRuns: 1, ...start });
  return last && { ...last, path: grown === undefined ? (counterexamplePath ?? path) : path };
}

interface Shrinking {
  seed: number;
  path: string;
  /** The case itself, if it was derived from others, because a path cannot reproduce it. */
  grown: Case | undefined;
  cause: string;
  signal: AbortSignal | undefined;
  /** Milliseconds. */
  limit: number;
}

/** Searches. Returns one finding for each cause that broke a rule; if interrupted, the findings so far. */
export async function search(engine: Engine, options: SearchOptions): Promise<Finding[]> {
  const findings = new Map<string, Finding>();
  try {
    await searchInto(findings, engine, options);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  }
  return [...findings.values()];
}

async function searchInto(
  findings: Map<string, Finding>,
  engine: Engine,
  options: SearchOptions,
): Promise<void> {
  const { signal } = options;
  const size = options.batch ?? defaultBatch;
  const { guidance } = engine.tier ?? {};
  const guide = guidance && options.prepare === undefined ? new Guide(engine, guidance) : undefined;
  for (let done = 0, batch = 0; done < options.cases && !signal?.aborted; done += size, batch += 1) {
    const made = new CaseArbitrary(chooseThemes(engine), engine.config);
    const arbitrary = options.prepare === undefined ? made : made.map(options.prepare);
    const seed = (options.seed + batch * 0x9e37_79b1) | 0;
    const drawn = sample(arbitrary, { seed, numRuns: Math.min(size, options.cases - done) });
    const cases = guide?.mix(drawn, seed) ?? drawn;
    const verdicts = await engine.run(cases);
    for (const [index, { failures }] of verdicts.entries()) {
      const found = cases[index] ?? fail();
      const grown = found === drawn[index] ? undefined : found;
      const made = { found, path: grown === undefined ? String(index) : `${index}, grown from others` };
      for (const failure of failures) {
        const { rule } = failure.broken;
        const cause = causeOf(failure, made.found.steps);
        if (options.known?.has(rule)) continue;
        if (findings.has(cause) || causesOf(findings, rule) >= (options.causes ?? usualCauses)) continue;
        const after = engine.steps;
        const shrinking = {
          seed,
          path: made.path,
          grown,
          cause,
          signal,
          limit: options.shrinkLimit ?? (options.expected?.has(rule) ? expectedShrinkLimit : shrinkLimit),
        };
        // If the run ends before the case is shrunk, the finding keeps the long case.
        const shorter = await shrink(engine, arbitrary, shrinking).catch(unlessAborted(signal));
        const shortest = shorter ?? { ...made, failure };
        const origin = `seed ${seed}, path ${shortest.path}`;
        findings.set(cause, { engine, rule, cause, ...shortest, origin, after, witnesses: [] });
        if (options.first) return;
      }
    }
    await guide?.keep(cases);
    options.progress?.(Math.min(done + size, options.cases), findings.size);
  }
}

const causesOf = (findings: ReadonlyMap<string, Finding>, rule: Rule): number =>
  [...findings.values()].filter((finding) => finding.rule === rule).length;

const unlessAborted = (signal: AbortSignal | undefined) => (error: unknown) => {
  if (!signal?.aborted) throw error;
  return undefined;
};

function fail(): never {
  throw new Error('a case has no verdict');
}
