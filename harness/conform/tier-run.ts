// SPDX-License-Identifier: BSD-2-Clause
/** The part of a conformance run on one tier: the kept cases, then a search. */
import { HarnessError } from '../base/error.js';
import { type Progress, step } from '../base/progress.js';
import type { ModelConfig, Rule } from '../model/index.js';
import { type KeptCase, replay } from './corpus.js';
import { Engine } from './engine.js';
import type { Finding } from './finding.js';
import { learn } from './learn.js';
import { search } from './search.js';
import { configOf, type Tier } from './tier.js';

export interface TierRequest {
  seed: number;
  /** Cases to generate; 0 runs only the kept ones. */
  cases: number;
  kept: readonly KeptCase[];
  /** Rules that are known to be broken. After such a break the rest of the case is still judged. */
  goesOn: ReadonlySet<Rule>;
  /** Rules that the library is known to break in some way. */
  expected: ReadonlySet<Rule>;
  progress: Progress;
  signal: AbortSignal;
}

export interface TierRun {
  tier: Tier;
  engine: Engine;
  findings: Finding[];
  /** Cases to generate. */
  planned: number;
  /** Milliseconds. */
  ms: number;
}

/** Runs and judges. Returns one finding for each cause; if interrupted, the findings so far. */
export async function runTier(tier: Tier, request: TierRequest): Promise<TierRun> {
  const { seed, cases, kept, progress, signal } = request;
  const begin = performance.now();
  const engine = new Engine(tier, await learnFrom(tier), request.goesOn);
  const unlessAborted = (error: unknown): Finding[] => {
    if (!signal.aborted) throw error;
    return [];
  };
  const count = ({ length }: readonly unknown[]) => `${length}`;
  const known = await step(
    progress,
    `${tier.name} tier: kept cases`,
    () => replay(engine, kept).catch(unlessAborted),
    () => count(kept),
  );
  const searching = `${tier.name} tier: search`;
  const part = (done: number) =>
    progress({ kind: 'part', step: searching, done, total: cases, unit: 'cases' });
  const found = await step(
    progress,
    searching,
    () => search(engine, { seed, signal, cases, expected: request.expected, progress: part }),
    () => `${engine.cases} cases, ${engine.steps} steps`,
  );
  const ms = performance.now() - begin;
  return { tier, engine, findings: shortest([...known, ...found]), planned: cases, ms };
}

/** The finding with the shortest case for each cause, in the order in which the rules broke. */
function shortest(findings: readonly Finding[]): Finding[] {
  const best = new Map<string, Finding>();
  for (const finding of findings) {
    const other = best.get(finding.cause);
    if (other === undefined || finding.found.steps.length < other.found.steps.length)
      best.set(finding.cause, finding);
  }
  return [...best.values()];
}

/**
 * Learns what the target implements. If the VMM dies, the error has its last output. A machine that can stop by itself
 * is asked `again`, once.
 */
export async function learnFrom(tier: Tier, again = tier.mayStop ?? false): Promise<ModelConfig> {
  try {
    return await learn(tier.session, configOf(tier.session.greeting));
  } catch (error) {
    if (!(error instanceof HarnessError) || error.fault !== 'infrastructure') throw error;
    const diagnosis = await tier.diagnose(error);
    if (again) {
      await tier.restart();
      return learnFrom(tier, false);
    }
    if (diagnosis.cause === 'target') throw diagnosis.error;
    throw new HarnessError('product', `the VMM on the ${tier.name} tier died before the first case`, {
      got: tier.lastOutput() || error.message,
    });
  }
}
