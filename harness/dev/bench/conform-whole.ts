// SPDX-License-Identifier: BSD-2-Clause
/** A whole conformance run on one machine, as `vmm-harness conform` makes it by default. */
import { noProgress } from '../../base/progress.js';
import { readCorpus } from '../../conform/corpus.js';
import type { Engine } from '../../conform/engine.js';
import { ruleResults } from '../../conform/report.js';
import type { Tier } from '../../conform/tier.js';
import { runTier } from '../../conform/tier-run.js';

/** The default number of cases of `vmm-harness conform`. */
const cases = 800;
const seed = 1;

/** The whole run of a machine's tier. `ms` is without its boot. */
export async function wholeRun(
  tier: Tier,
): Promise<{ engine: Engine; rules: ReturnType<typeof ruleResults>; ms: number }> {
  const { engine, findings, ms } = await runTier(tier, {
    seed,
    cases,
    kept: readCorpus(),
    goesOn: new Set(),
    expected: new Set(),
    progress: noProgress,
    signal: new AbortController().signal,
  });
  const { seesKernel: kernel, gic } = engine.config;
  const rules = ruleResults(engine.ledger, findings, { kernel, memory: false, stage1: false, gic });
  return { engine, rules, ms };
}
