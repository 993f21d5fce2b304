// SPDX-License-Identifier: BSD-2-Clause
/** Runs the guest's part of cases on the bare machine: kept and generated cases, and the cases of findings. */

import { type Progress, step } from '../base/progress.js';
import { Ledger } from '../model/index.js';
import { bareCase } from './bare.js';
import { type KeptCase, replay } from './corpus.js';
import { describeSeen } from './describe.js';
import { Engine } from './engine.js';
import type { Finding, Witness } from './finding.js';
import { search } from './search.js';
import type { Tier } from './tier.js';
import { learnFrom } from './tier-run.js';

/** Starts a machine with `cpus` CPUs. */
export type BareOpener = (cpus: number) => Promise<Tier>;

/** With one CPU, GICD_ITARGETSR is reserved; with four it holds targets. */
const machineSizes = [1, 4] as const;

export interface BareRequest {
  seed: number;
  /** Cases to generate on each machine. */
  cases: number;
  kept: readonly KeptCase[];
  /** Findings on the VMM. The bare machine becomes a witness of each. */
  findings: readonly Finding[];
  progress: Progress;
  signal: AbortSignal;
}

export interface BareRun {
  engines: Engine[];
  on: string;
  /** Cases in which machine and model disagree. */
  questions: Finding[];
  /** Cases to generate, on all machines together. */
  planned: number;
  /** Milliseconds. */
  ms: number;
}

const who = 'bare machine';

/** Runs one machine after the other. Each is switched off before the next one starts. */
export async function runBare(open: BareOpener, request: BareRequest): Promise<BareRun> {
  const begin = performance.now();
  const planned = machineSizes.length * request.cases;
  const run: BareRun = { engines: [], on: '', questions: [], planned, ms: 0 };
  for (const cpus of machineSizes) {
    if (request.signal.aborted) break;
    const name = `bare machine, ${cpus} CPU${cpus === 1 ? '' : 's'}`;
    await step(request.progress, name, async () => {
      const tier = await open(cpus);
      try {
        await runMachine(new Engine(tier, await learnFrom(tier)), request, run);
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

async function runMachine(engine: Engine, request: BareRequest, run: BareRun): Promise<void> {
  const { seed, cases, signal, kept, findings } = request;
  const { vcpus } = engine.config;
  run.engines.push(engine);
  run.on = engine.tier.on;
  const prepare = (original: Finding['found']) => bareCase(original, engine.config).bare;
  const fits = ({ vcpus: wanted }: { vcpus: number }) => (wanted === 1) === (vcpus === 1);
  const prepared = kept.map(({ file, kept: original }) => ({
    file,
    kept: prepare(original),
    fits: fits(original),
  }));
  const known = await replay(
    engine,
    prepared.filter(({ fits }) => fits),
  );
  const found = await search(engine, { seed, cases, signal, prepare });
  for (const finding of [...found, ...known]) {
    const isNew = run.questions.every(({ rule }) => rule !== finding.rule);
    if (isNew) run.questions.push(finding);
  }
  for (const finding of findings) if (fits(finding.found)) finding.witnesses.push(await ask(engine, finding));
}

/** Runs the step in which the VMM broke a rule on the bare machine. */
async function ask(engine: Engine, { found, failure }: Finding): Promise<Witness> {
  const { bare, places } = bareCase(found, engine.config);
  const place = places.get(failure.broken.step);
  const last = place === undefined ? undefined : bare.steps[place];
  if (place === undefined || last === undefined)
    return { who, said: 'not asked: a machine without a VMM cannot do this step' };
  const [verdict] = await engine.run([{ ...bare, steps: bare.steps.slice(0, place + 1) }], new Ledger());
  const seen = verdict?.seen[place];
  const description = seen === undefined ? '' : describeSeen(last, seen);
  const broken = verdict?.failure?.broken;
  if (broken !== undefined) return { who, said: `${broken.got} (${broken.rule.id}): not as the model says` };
  return { who, said: `as the model says${description === '' ? '' : `: ${description}`}` };
}
