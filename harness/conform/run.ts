// SPDX-License-Identifier: BSD-2-Clause
/** A conformance run on one or more tiers: what each finds, and what the others say to it. */
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { type Dialect, rulesToPassOver } from '../subject/dialects.js';
import { type BareOpener, type BareRun, runBare } from './bare-run.js';
import { gicOf } from './case.js';
import type { KeptCase } from './corpus.js';
import type { Finding } from './finding.js';
import type { Tier } from './tier.js';
import { runTier, type TierRequest, type TierRun } from './tier-run.js';
import { askAgain } from './witness.js';

export interface TierPlan {
  /** Cases to make; 0 runs only those that are kept. */
  cases: number;
  /** Builds and starts it. */
  open(): Promise<Tier>;
}

export interface BarePlan {
  cases: number;
  open: BareOpener;
}

export interface ConformRequest {
  /** The quickest first: what it finds is tried on the others. */
  plans: readonly TierPlan[];
  /** The bare machine as third witness, where there is one. */
  bare?: BarePlan | undefined;
  /** Name of the library that is looked at. */
  subject: string;
  dialect: Dialect;
  seed: number;
  kept: readonly KeptCase[];
  runsRoot: string;
  /** The command with what makes its targets what they are: a case is repeated by adding its tier and file. */
  self: string;
  /** The command that does this run again. */
  repeat: string;
  progress: Progress;
  signal: AbortSignal;
}

/** What all tiers found, and when. */
export interface ConformRun {
  started: Date;
  /** Milliseconds. */
  ms: number;
  runs: readonly TierRun[];
  findings: readonly Finding[];
  bare: BareRun | undefined;
}

/** Runs and judges. */
export async function conform(request: ConformRequest): Promise<ConformRun> {
  const { plans, seed, kept, progress, signal } = request;
  const started = new Date();
  const begin = performance.now();
  const runs: TierRun[] = [];
  const goesOn = rulesToPassOver(request.dialect);
  try {
    for (const { cases, open } of plans) {
      if (signal.aborted) break;
      const asked = { seed, cases, kept, goesOn, progress, signal };
      const run = await begun(open, asked).catch(unlessInterrupted(signal));
      if (run !== undefined) runs.push(run);
    }
    const findings = await judge(runs, signal);
    // The bare machine is another QEMU: one at a time.
    for (const { tier } of runs) await tier.stop();
    const asked = { seed, kept, findings, progress, signal };
    const bare = request.bare && (await runBare(request.bare.open, { ...asked, cases: request.bare.cases }));
    // Interrupted before any target did anything: there is nothing to report.
    if (runs.length === 0 && (bare?.engines.length ?? 0) === 0) signal.throwIfAborted();
    requireSomeCase(request, runs, bare);
    const ms = performance.now() - begin;
    return { started, ms, runs, findings, bare };
  } finally {
    for (const { tier } of runs) await tier.stop();
  }
}

/** Throws when no target had what the kept cases are for: a run that did nothing has shown nothing. */
function requireSomeCase(
  { kept, signal }: ConformRequest,
  runs: readonly TierRun[],
  bare: BareRun | undefined,
): void {
  const engines = [...runs.map(({ engine }) => engine), ...(bare?.engines ?? [])];
  if (signal.aborted || engines.some(({ cases }) => cases > 0)) return;
  const has = engines.map(({ tier, config }) => `${tier.name}: GICv${config.gic}, ${config.vcpus} vCPUs`);
  const wants = kept.map(({ file, kept: wanted }) => `${file}: GICv${gicOf(wanted)}, ${wanted.vcpus} vCPUs`);
  throw new HarnessError('usage', 'no tier can run the case', {
    expected: wants.join('\n') || 'a case',
    got: has.join('\n'),
    wayOut: 'another --tier, or another --board for the qemu tier',
  });
}

/** One tier's run; the tier is stopped when there is none. */
async function begun(open: TierPlan['open'], request: TierRequest): Promise<TierRun> {
  const tier = await open();
  try {
    return await runTier(tier, request);
  } catch (error) {
    await tier.stop();
    throw error;
  }
}

/** A tier that was interrupted before it could say anything is left out; what the others found is kept. */
const unlessInterrupted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
  return undefined;
};

/** One finding a rule, of the first tier that has it, with what the others do with its case. */
async function judge(runs: readonly TierRun[], signal: AbortSignal): Promise<Finding[]> {
  const judged: Finding[] = [];
  for (const run of runs) {
    for (const finding of run.findings) {
      if (judged.some(({ rule }) => rule === finding.rule)) continue;
      for (const { engine } of runs)
        if (engine !== run.engine) finding.witnesses.push(await askAgain(engine, finding, signal));
      judged.push(finding);
    }
  }
  return judged;
}
