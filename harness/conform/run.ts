// SPDX-License-Identifier: BSD-2-Clause
/** A conformance run on one or more tiers. The findings of each tier are tried on the others. */
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { type Dialect, rulesThatDeviate, rulesToPassOver } from '../subject/dialects.js';
import { type BarePlan, type BareRun, runBare } from './bare-run.js';
import { gicOf } from './case.js';
import type { KeptCase } from './corpus.js';
import type { Finding } from './finding.js';
import type { Tier } from './tier.js';
import { runTier, type TierRequest, type TierRun } from './tier-run.js';
import { askAgain } from './witness.js';

export interface TierPlan {
  /** Cases to generate; 0 runs only the kept ones. */
  cases: number;
  /** Builds and starts the tier. */
  open(): Promise<Tier>;
}

export interface ConformRequest {
  /** The fastest first: its findings are tried on the others. */
  plans: readonly TierPlan[];
  /** The bare machines as further witnesses. */
  bare: readonly BarePlan[];
  /** Name of the library under test. */
  subject: string;
  dialect: Dialect;
  seed: number;
  kept: readonly KeptCase[];
  runsRoot: string;
  /** The run's folder, where one had to be made before the run. */
  folder?: string | undefined;
  /** The command line that selects the same targets. With a tier and a case file it repeats a case. */
  self: string;
  /** The command that repeats this run. */
  repeat: string;
  progress: Progress;
  signal: AbortSignal;
}

/** The results of all tiers. */
export interface ConformRun {
  started: Date;
  /** Milliseconds. */
  ms: number;
  runs: readonly TierRun[];
  findings: readonly Finding[];
  bare: readonly BareRun[];
}

/** Runs and judges. */
export async function conform(request: ConformRequest): Promise<ConformRun> {
  const { plans, seed, kept, progress, signal } = request;
  const started = new Date();
  const begin = performance.now();
  const runs: TierRun[] = [];
  const goesOn = rulesToPassOver(request.dialect);
  const expected = rulesThatDeviate(request.dialect);
  try {
    for (const { cases, open } of plans) {
      if (signal.aborted) break;
      const asked = { seed, cases, kept, goesOn, expected, progress, signal };
      const run = await begun(open, asked).catch(unlessInterrupted(signal));
      if (run !== undefined) runs.push(run);
    }
    const findings = await judge(runs, signal);
    // The bare machine is a QEMU too: one at a time.
    for (const { tier } of runs) await tier.stop();
    const asked = { seed, kept, findings, progress, signal };
    const bare: BareRun[] = [];
    for (const plan of request.bare) bare.push(await runBare(plan, asked));
    // If no target did anything before the interruption, there is nothing to report.
    if (runs.length === 0 && bare.every(({ engines }) => engines.length === 0)) signal.throwIfAborted();
    requireSomeCase(request, runs, bare);
    const ms = performance.now() - begin;
    return { started, ms, runs, findings, bare };
  } finally {
    for (const { tier } of runs) await tier.stop();
  }
}

/** Throws when no target could run a case: a run without cases must not pass. */
function requireSomeCase(
  { kept, signal }: ConformRequest,
  runs: readonly TierRun[],
  bare: readonly BareRun[],
): void {
  const engines = [...runs.map(({ engine }) => engine), ...bare.flatMap((one) => one.engines)];
  if (signal.aborted || engines.some(({ cases }) => cases > 0)) return;
  const has = engines.map(({ tier, config }) => `${tier.name}: GICv${config.gic}, ${config.vcpus} vCPUs`);
  const wants = kept.map(({ file, kept: wanted }) => `${file}: GICv${gicOf(wanted)}, ${wanted.vcpus} vCPUs`);
  throw new HarnessError('usage', 'no tier can run the case', {
    expected: wants.join('\n') || 'a case',
    got: has.join('\n'),
    wayOut: 'give another --tier, or another --board for the qemu tier',
  });
}

/** Runs one tier. Stops it if the run fails. */
async function begun(open: TierPlan['open'], request: TierRequest): Promise<TierRun> {
  const tier = await open();
  try {
    return await runTier(tier, request);
  } catch (error) {
    await tier.stop();
    throw error;
  }
}

/** Leaves out a tier that was interrupted without a result. The results of the others are kept. */
const unlessInterrupted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
  return undefined;
};

/** One finding for each cause, from the first tier that has it, with its results on the other tiers. */
async function judge(runs: readonly TierRun[], signal: AbortSignal): Promise<Finding[]> {
  const judged: Finding[] = [];
  for (const run of runs) {
    const ofOthers = judged.slice();
    for (const finding of run.findings) {
      if (ofOthers.some((other) => isSame(other, finding))) continue;
      for (const { engine } of runs)
        if (engine !== run.engine) finding.witnesses.push(await askAgain(engine, finding, signal));
      judged.push(finding);
    }
  }
  return judged;
}

/** Whether two tiers have the same finding. Their texts differ, except for the place where a sanitizer stops. */
const isSame = (one: Finding, other: Finding): boolean =>
  one.rule === other.rule && (one.failure.output === undefined || one.cause === other.cause);
