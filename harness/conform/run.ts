// SPDX-License-Identifier: BSD-2-Clause
/** A conformance run on one or more tiers: what each finds, what the others say to it, the folder that is left behind. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Progress } from '../progress.js';
import { makeRunFolder } from '../run/folder.js';
import { writeCase } from './case.js';
import type { KeptCase } from './corpus.js';
import { type Dialect, rulesToPassOver } from './dialects.js';
import {
  type FindingReport,
  overallResults,
  type Report,
  ruleResults,
  type TierReport,
  traceOf,
} from './report.js';
import { reportJunit } from './report-text.js';
import type { Finding } from './search.js';
import type { Tier } from './tier.js';
import { runTier, type TierRun } from './tier-run.js';
import { askAgain, type SecondView } from './witness.js';

export interface TierPlan {
  /** Cases to make; 0 runs only those that are kept. */
  cases: number;
  /** Builds and starts it. */
  open(): Promise<Tier>;
}

export interface ConformRequest {
  /** The quickest first: what it finds is tried on the others. */
  plans: readonly TierPlan[];
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

/** A finding, the tier that it is from, and what the other tiers said. */
interface Judged {
  finding: Finding;
  run: TierRun;
  others: SecondView[];
}

/** Runs and judges; gives the report and the folder. */
export async function conform(request: ConformRequest): Promise<{ report: Report; folder: string }> {
  const { plans, seed, kept, progress, signal } = request;
  const started = new Date();
  const begin = performance.now();
  const runs: TierRun[] = [];
  const goesOn = rulesToPassOver(request.dialect);
  try {
    for (const { cases, open } of plans) {
      const tier = await open();
      const asked = { seed, cases, kept, goesOn, progress, signal };
      runs.push(await runTier(tier, asked).catch(stopFirst(tier)));
    }
    const judged = await judge(runs);
    const ms = performance.now() - begin;
    return await writeRun(request, { started, ms, runs, judged });
  } finally {
    for (const { tier } of runs) await tier.stop();
  }
}

const stopFirst = (tier: Tier) => async (error: unknown) => {
  await tier.stop();
  throw error;
};

/** One finding a rule, of the first tier that has it, with what the others do with its case. */
async function judge(runs: readonly TierRun[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const run of runs) {
    for (const finding of run.findings) {
      if (judged.some((one) => one.finding.rule === finding.rule)) continue;
      const others: SecondView[] = [];
      for (const other of runs) if (other !== run) others.push(await askAgain(other.engine, finding));
      judged.push({ finding, run, others });
    }
  }
  return judged;
}

interface Outcome {
  started: Date;
  ms: number;
  runs: readonly TierRun[];
  judged: readonly Judged[];
}

async function writeRun(request: ConformRequest, { started, ms, runs, judged }: Outcome) {
  const { subject, dialect, seed, repeat } = request;
  const names = runs.map(({ tier }) => tier.name).join('+');
  const folder = await makeRunFolder(request.runsRoot, 'conform', names, started);
  const tiers = runs.map(tierReport);
  const findings = judged.map((one, index) => keepFinding(request, folder, one, `case-${index + 1}.json`));
  const rules = overallResults(
    tiers.map((one) => one.rules),
    dialect.deviations,
  );
  const report: Report = {
    outcome: rules.some(({ state }) => state === 'broken') ? 'fail' : 'pass',
    ...{ subject, api: dialect.name, seed, ms },
    started: started.toISOString(),
    ...{ tiers, rules, findings, questions: [], repeat },
  };
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(folder, 'junit.xml'), reportJunit(report));
  return { report, folder };
}

function tierReport({ tier, engine, findings, ms }: TierRun): TierReport {
  const { cases, steps, ledger, config } = engine;
  const visible = { kernel: config.seesKernel, memory: tier.seesMemory, gic: config.gic };
  return {
    ...{ tier: tier.name, on: tier.on, cases, steps, ms },
    implementation: config.implementation,
    rules: ruleResults(ledger, findings, visible),
  };
}

/** Writes the finding's case, and puts it into words. */
function keepFinding(
  { self, dialect }: ConformRequest,
  folder: string,
  { finding, run, others }: Judged,
  name: string,
): FindingReport {
  const { rule, found, failure, origin } = finding;
  const { broken, words } = failure;
  const file = join('cases', name);
  mkdirSync(join(folder, 'cases'), { recursive: true });
  const about = { rule: rule.id, expected: broken.expected, got: broken.got, origin };
  writeFileSync(join(folder, file), writeCase(found, about));
  const deviation = dialect.deviations.find((one) => one.rule === rule.id);
  const asked = others.filter((one) => one.broken !== undefined);
  const isHost = run.tier.name === 'host';
  return {
    ...{ rule: rule.id, says: rule.says, tier: run.tier.name, expected: broken.expected, got: broken.got },
    witnesses: [
      { who: 'model', said: broken.expected },
      { who: run.tier.name, said: broken.got },
      ...others.map(({ who, said }) => ({ who, said })),
    ],
    ...(isHost && asked.length > 0 ? { confirmed: asked.some((one) => one.broken === true) } : {}),
    ...(deviation ? { deviation } : {}),
    trace: traceOf(run.engine.config, finding),
    ...{ origin, file },
    repeat: `${self} --tier ${run.tier.name} --replay ${relative('', join(folder, file))}`,
    ...(words === undefined ? {} : { words }),
  };
}
