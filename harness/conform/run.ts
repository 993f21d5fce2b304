// SPDX-License-Identifier: BSD-2-Clause
/** A conformance run on one tier: the corpus, then a search, and the folder that it leaves behind. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HarnessError } from '../error.js';
import type { ModelConfig } from '../model/index.js';
import { type Progress, step } from '../progress.js';
import { makeRunFolder } from '../run/folder.js';
import { writeCase } from './case.js';
import { type KeptCase, replay } from './corpus.js';
import { Engine } from './engine.js';
import { learn } from './learn.js';
import { type FindingReport, type Report, reportJunit, ruleResults, traceOf } from './report.js';
import { type Finding, search } from './search.js';
import { configOf, type Tier } from './tier.js';

export interface ConformRequest {
  tier: Tier;
  /** Name of the library that is looked at. */
  subject: string;
  seed: number;
  /** Cases to make; 0 runs only those that are kept. */
  cases: number;
  kept: readonly KeptCase[];
  runsRoot: string;
  /** First words of a line that repeats a case or the run: program, command, options. */
  self: string;
  progress: Progress;
  signal: AbortSignal;
}

/** Runs and judges; gives the report and the folder. */
export async function conform(request: ConformRequest): Promise<{ report: Report; folder: string }> {
  const { tier, seed, kept, progress, signal } = request;
  const started = new Date();
  const begin = performance.now();
  const config = await learnFrom(tier);
  const engine = new Engine(tier, config);
  const name = `${tier.name} tier: kept cases`;
  const known = await step(
    progress,
    name,
    () => replay(engine, kept),
    () => `${kept.length}`,
  );
  const searching = `${tier.name} tier: search`;
  const found = await step(
    progress,
    searching,
    () =>
      search(engine, {
        ...{ seed, signal },
        cases: request.cases,
        progress: (done) =>
          progress({ kind: 'part', step: searching, done, total: request.cases, unit: 'cases' }),
      }),
    () => `${engine.cases} cases, ${engine.steps} steps`,
  );
  const ms = performance.now() - begin;
  const folder = await makeRunFolder(request.runsRoot, 'conform', tier.name, started);
  const findings = [...known, ...found.filter(({ rule }) => known.every((one) => one.rule !== rule))];
  const report: Report = {
    outcome: findings.length === 0 ? 'pass' : 'fail',
    tier: tier.name,
    subject: request.subject,
    seed,
    cases: engine.cases,
    steps: engine.steps,
    ms,
    started: started.toISOString(),
    implementation: config.implementation,
    rules: ruleResults(engine.ledger, findings, { kernel: config.seesKernel, memory: tier.seesMemory }),
    findings: findings.map((finding, index) => keepFinding(request, folder, config, finding, index)),
    repeat: `${request.self} --seed ${seed} --cases ${request.cases}`,
  };
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(folder, 'junit.xml'), reportJunit(report));
  return { report, folder };
}

/** What the target implements. When it dies at once, its last words are the error. */
async function learnFrom(tier: Tier): Promise<ModelConfig> {
  try {
    return await learn(tier.session, configOf(tier.session.greeting));
  } catch (error) {
    const words = tier.lastWords();
    if (words === '') throw error;
    throw new HarnessError('product', `the VMM on the ${tier.name} tier died before the first case`, {
      got: words,
    });
  }
}

/** Writes the finding's case, and puts it into words. */
function keepFinding(
  { tier, self }: ConformRequest,
  folder: string,
  config: ModelConfig,
  finding: Finding,
  index: number,
): FindingReport {
  const { rule, found, failure, origin } = finding;
  const { broken, words } = failure;
  const file = join('cases', `case-${index + 1}.json`);
  mkdirSync(join(folder, 'cases'), { recursive: true });
  const about = { rule: rule.id, expected: broken.expected, got: broken.got, origin };
  writeFileSync(join(folder, file), writeCase(found, about));
  return {
    rule: rule.id,
    says: rule.says,
    expected: broken.expected,
    got: broken.got,
    trace: traceOf(config, finding),
    origin,
    file,
    repeat: `${self} --tier ${tier.name} --replay ${relative('', join(folder, file))}`,
    ...(words === undefined ? {} : { words }),
  };
}
