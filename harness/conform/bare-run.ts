// SPDX-License-Identifier: BSD-2-Clause
/** Runs the guest's part of cases on the bare machine: kept and generated cases, and the cases of findings. */

import { type Progress, step } from '../base/progress.js';
import { allRules, Ledger, type Rule } from '../model/index.js';
import { bareCase } from './bare.js';
import { type Case, gicOf } from './case.js';
import { type KeptCase, replay } from './corpus.js';
import { describeSeen } from './describe.js';
import { Engine } from './engine.js';
import type { Finding, SecondView } from './finding.js';
import { relocated } from './relocate.js';
import { search } from './search.js';
import type { Tier } from './tier.js';
import { learnFrom } from './tier-run.js';

/** Starts a machine with `cpus` CPUs. */
type BareOpener = (cpus: number) => Promise<Tier>;

/** A bare machine, in several sizes. */
export interface BarePlan {
  /** Name of its column in a report. */
  name: string;
  /** Cases to generate on each size. */
  cases: number;
  /** CPUs of each machine. */
  sizes: readonly number[];
  open: BareOpener;
}

export interface BareRequest {
  seed: number;
  kept: readonly KeptCase[];
  /** Findings on the VMM. The bare machine becomes a witness of each. */
  findings: readonly Finding[];
  progress: Progress;
  signal: AbortSignal;
}

export interface BareRun {
  name: string;
  engines: Engine[];
  on: string;
  /** Cases in which machine and model disagree, except known deviations of the machine. */
  questions: Finding[];
  /** Cases to generate, on all machines together. */
  planned: number;
  /** Milliseconds. */
  ms: number;
}

const who = 'bare machine';
/** Milliseconds for shrinking. Known faults of QEMU come up in every run and are not worth more. */
const shrinkLimit = 3_000;

const deviatingRules = ({ deviations = [] }: Tier): ReadonlySet<Rule> =>
  new Set(allRules.filter(({ id }) => deviations.some(({ rule }) => rule === id)));

/** Runs one machine after the other. Each is switched off before the next one starts. */
export async function runBare(plan: BarePlan, request: BareRequest): Promise<BareRun> {
  const begin = performance.now();
  const { name, cases, sizes, open } = plan;
  const planned = sizes.length * cases;
  const run: BareRun = { name, engines: [], on: '', questions: [], planned, ms: 0 };
  for (const cpus of sizes) {
    if (request.signal.aborted) break;
    const what = `${name}: the machine alone, ${cpus} CPU${cpus === 1 ? '' : 's'}`;
    await step(request.progress, what, async () => {
      const tier = await open(cpus);
      try {
        const engine = new Engine(tier, await learnFrom(tier), deviatingRules(tier));
        await runMachine(engine, cases, request, run);
      } finally {
        await tier.stop();
      }
    }).catch((error: unknown) => {
      // The results of an interrupted machine are kept.
      if (!request.signal.aborted) throw error;
    });
  }
  run.ms = performance.now() - begin;
  return run;
}

async function runMachine(
  engine: Engine,
  cases: number,
  { seed, signal, kept, findings }: BareRequest,
  run: BareRun,
): Promise<void> {
  const { vcpus, gic } = engine.config;
  run.engines.push(engine);
  run.on = engine.tier.on;
  const prepare = (original: Case) => bareCase(relocated(original, engine.config), engine.config).bare;
  const fits = (original: Case) => gicOf(original) === gic && (original.vcpus === 1) === (vcpus === 1);
  const prepared = kept.map(({ file, kept: original }) => ({
    file,
    kept: prepare(original),
    fits: fits(original),
  }));
  const known = await replay(
    engine,
    prepared.filter(({ fits }) => fits),
  );
  const found = await search(engine, {
    seed,
    cases,
    signal,
    prepare,
    known: engine.goesOn,
    causes: 1,
    shrinkLimit,
  });
  for (const finding of [...found, ...known]) {
    if (engine.goesOn.has(finding.rule)) continue;
    const isNew = run.questions.every(({ rule }) => rule !== finding.rule);
    if (isNew) run.questions.push(finding);
  }
  for (const finding of findings) if (fits(finding.found)) finding.witnesses.push(await ask(engine, finding));
}

/** Runs the step in which the VMM broke a rule on the bare machine. */
async function ask(engine: Engine, { found, failure, rule }: Finding): Promise<SecondView> {
  const { bare, places } = bareCase(found, engine.config);
  const place = places.get(failure.broken.step);
  const last = place === undefined ? undefined : bare.steps[place];
  if (place === undefined || last === undefined)
    return { who, said: 'not asked: a machine without a VMM cannot do this step' };
  const [verdict] = await engine.run([{ ...bare, steps: bare.steps.slice(0, place + 1) }], new Ledger());
  const seen = verdict?.seen[place];
  const description = seen === undefined ? '' : describeSeen(engine.config, last, seen);
  const broken = verdict?.failure?.broken;
  if (broken !== undefined) {
    const said = `${broken.got} (${broken.rule.id}): not as the model says`;
    const excuses = verdict?.failures.some((failed) => failed.broken.rule === rule) === true;
    return { who, said, excuses };
  }
  return { who, said: `as the model says${description === '' ? '' : `: ${description}`}` };
}
