// SPDX-License-Identifier: BSD-2-Clause
/** Writes the folder of a run: report, JUnit XML, and a file for each case that broke a rule. */

import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { explainDisk, makeFolder, writeReport } from '../base/disk.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import type { Dialect } from '../subject/dialects.js';
import { makeRunFolder } from '../verdict/folder.js';
import { runFile } from '../verdict/run-file.js';
import type { BareRun } from './bare-run.js';
import { writeCase } from './case.js';
import type { Engine } from './engine.js';
import type { Finding } from './finding.js';
import {
  excused,
  type FindingReport,
  isBareToo,
  overallResults,
  type Report,
  type RuleResult,
  ruleResults,
  type TierReport,
  traceOf,
} from './report.js';
import { reportJunit } from './report-text.js';
import type { ConformRequest, ConformRun } from './run.js';
import type { TierRun } from './tier-run.js';

/** Writes the folder. Returns the report and the folder's path. */
export async function writeRun(
  request: ConformRequest,
  run: ConformRun,
): Promise<{ report: Report; folder: string }> {
  const { runs, started } = run;
  const names = runs.length === 0 ? 'bare' : runs.map(({ tier }) => tier.name).join('+');
  const folder = request.folder ?? (await makeRunFolder(request.runsRoot, 'conform', names, started));
  try {
    return { report: await writeInto(folder, request, run), folder };
  } catch (error) {
    throw explainDisk(error, folder, 'give another folder with --runs DIR');
  }
}

async function writeInto(
  folder: string,
  request: ConformRequest,
  { started, ms, runs, findings, bare }: ConformRun,
): Promise<Report> {
  const { subject, dialect, seed, repeat } = request;
  const tiers = runs.map(tierReport);
  const found = inOrder(request, findings).map((finding, index) =>
    vmmFinding(request, folder, finding, `case-${index + 1}.json`),
  );
  const questions = bare
    .flatMap((one) => one.questions)
    .map((finding, index) => keepFinding(request, folder, finding, `question-${index + 1}.json`));
  const third = bare.flatMap((one) => bareReport(one) ?? []);
  const isBroken = ({ state }: RuleResult) => state === 'broken';
  // A run without a VMM judges the model.
  const judgedBy = tiers.length > 0 ? tiers : third;
  const rules = overallResults(
    judgedBy.map((tier) => tier.rules),
    dialect.deviations,
  ).map((result) => excused(result, findings));
  const report: Report = {
    outcome: request.signal.aborted ? 'interrupted' : rules.some(isBroken) ? 'fail' : 'pass',
    subject,
    api: dialect.name,
    seed,
    ms,
    started: started.toISOString(),
    tiers,
    bare: third,
    rules,
    findings: found,
    questions,
    repeat,
  };
  await writeReport(folder, {
    'report.json': runFile(report),
    'junit.xml': reportJunit(report),
  });
  return report;
}

/** Sorts findings: unexpected ones first, then those with the shortest cases. */
function inOrder({ dialect }: ConformRequest, findings: readonly Finding[]): Finding[] {
  const isExpected = (finding: Finding) => deviationOf(dialect, finding) !== undefined || isBareToo(finding);
  const length = ({ found }: Finding) => found.steps.length;
  return [...findings].sort((a, b) => Number(isExpected(a)) - Number(isExpected(b)) || length(a) - length(b));
}

const deviationOf = (dialect: Dialect, { rule, engine }: Finding): Deviation | undefined =>
  deviationIn(dialect.deviations, rule.id) ?? deviationIn(engine.tier.deviations, rule.id);

function resultsOf({ ledger, config, tier }: Engine, findings: readonly Finding[]): RuleResult[] {
  const { seesKernel: kernel, translates: stage1, gic } = config;
  const visible = { kernel, memory: tier.seesMemory, stage1, gic };
  return ruleResults(ledger, findings, visible).map((result) =>
    result.state === 'broken' && deviationIn(tier.deviations, result.id) !== undefined
      ? { ...result, state: 'deviates' }
      : result,
  );
}

function tierReport({ tier, engine, findings, planned, ms }: TierRun): TierReport {
  const { cases, steps, config } = engine;
  return {
    tier: tier.name,
    on: tier.on,
    cases,
    planned,
    steps,
    ms,
    implementation: config.implementation,
    rules: resultsOf(engine, findings),
  };
}

const deviationIn = (list: readonly Deviation[] | undefined, rule: string): Deviation | undefined =>
  list?.find((deviation) => deviation.rule === rule);

/** The report over machines of every size; `undefined` when none of them has run. */
function bareReport({ name, engines, on, questions, planned, ms }: BareRun): TierReport | undefined {
  const sum = (count: (engine: Engine) => number) => engines.reduce((all, engine) => all + count(engine), 0);
  const results = engines.map((engine) => resultsOf(engine, questions));
  const [first] = engines;
  if (first === undefined) return undefined;
  return {
    tier: name,
    on,
    planned,
    ms,
    cases: sum(({ cases }) => cases),
    steps: sum(({ steps }) => steps),
    implementation: first.config.implementation,
    rules: overallResults(results, []),
  };
}

/** The report of a finding on the VMM, with all witnesses. */
function vmmFinding(request: ConformRequest, folder: string, finding: Finding, name: string): FindingReport {
  const { witnesses, engine } = finding;
  const report = keepFinding(request, folder, finding, name);
  const deviation = deviationOf(request.dialect, finding);
  const asked = witnesses.filter((witness) => witness.broken !== undefined);
  const isHost = engine.tier.name.startsWith('host');
  return {
    ...report,
    witnesses: [...report.witnesses, ...witnesses.map(({ who, said }) => ({ who, said }))],
    ...(isHost && asked.length > 0 ? { confirmed: asked.some((witness) => witness.broken === true) } : {}),
    ...(deviation ? { deviation } : {}),
    ...(isBareToo(finding) ? { bareToo: true } : {}),
  };
}

/** Writes the case of a finding as `name` and makes its report. */
function keepFinding(
  { self }: ConformRequest,
  folder: string,
  finding: Finding,
  name: string,
): FindingReport {
  const { engine, rule, found, failure, origin } = finding;
  const { broken, output } = failure;
  const tier = engine.tier.name;
  const file = join('cases', name);
  makeFolder(join(folder, 'cases'));
  const about = { rule: rule.id, expected: broken.expected, got: broken.got, origin };
  writeFileSync(join(folder, file), writeCase(found, about));
  return {
    rule: rule.id,
    says: rule.says,
    tier,
    expected: broken.expected,
    got: broken.got,
    witnesses: [
      { who: 'model', said: broken.expected },
      { who: tier, said: broken.got },
    ],
    trace: traceOf(engine.config, finding),
    origin,
    file,
    repeat: `${self} --tier ${tier} --replay ${relative('', join(folder, file))}`,
    ...(output === undefined ? {} : { words: output }),
  };
}
