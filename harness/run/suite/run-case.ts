// SPDX-License-Identifier: BSD-2-Clause
/** One case of a suite: builds, checks the description, boots and checks, and keeps everything in a folder. */
import { dirname, relative } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { type Progress, step } from '../../base/progress.js';
import type { Target } from '../../machine/machine.js';
import type { Sdk } from '../../microkit/sdk.js';
import { errorOf, inFolder, inputFile, keep, writeVerdict } from '../../verdict/folder.js';
import { endedBy, noFile, outcomeOf, type Result, type Run, type Verdict } from '../../verdict/verdict.js';
import { type Ran, runPlan } from '../check-machine.js';
import type { Programs } from '../diagnosis/explain.js';
import { bootedState } from '../plan.js';
import { type LoadedTests, runTests } from '../tests/run-tests.js';
import { buildCase, type CaseBuilt, checkDescription } from './build.js';
import type { SuiteCase } from './cases.js';
import { suitePlan } from './plan.js';
import { programsOf } from './programs.js';
import type { LoadedSuite } from './read.js';

export interface CaseRequest {
  loaded: LoadedSuite;
  suiteCase: SuiteCase;
  board: Board;
  /** Test files in TypeScript. */
  tests: readonly LoadedTests[];
  /** A lab file with the board; by default QEMU. */
  lab: string | undefined;
  /** How others who wait for the board are told who has it. */
  command: string;
  sdk: Sdk;
  target: Target;
  /** It must exist. */
  folder: string;
  /** Whether to boot even if a snapshot of an earlier boot exists. */
  fresh: boolean;
  /** The command that repeats this case. */
  repeat: string;
  progress: Progress;
  signal: AbortSignal;
}

/** The findings so far. A case that ends early keeps them. */
interface CaseFindings {
  results: Result[];
  built?: CaseBuilt;
  facts: Verdict['facts'];
  error?: HarnessError;
}

/** Runs a case and writes its folder. Rejects with HarnessError when interrupted, and with bugs. */
export async function runCase(request: CaseRequest): Promise<Run> {
  const { suiteCase, board, sdk, target, folder, repeat, signal } = request;
  const started = new Date().toISOString();
  const begin = performance.now();
  const { results, built, facts, error } = await buildAndBoot(request);
  const verdict: Verdict = {
    outcome: signal.aborted ? 'interrupted' : outcomeOf(results),
    board: board.name,
    sdk: { name: sdk.name, version: sdk.version, dir: sdk.dir },
    config: suiteCase.config,
    vcpus: 0,
    target: target.name,
    started,
    ms: Math.round(performance.now() - begin),
    results: results.map((result) => inFolder(result, folder)),
    ...(error !== undefined && !signal.aborted && { error: errorOf(error) }),
    image: built === undefined ? noFile : await inputFile(built.image),
    inputs: built?.system === undefined ? {} : { system: await inputFile(built.system) },
    facts,
    repeat,
  };
  await writeVerdict(folder, verdict);
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  return { folder, verdict };
}

async function buildAndBoot(request: CaseRequest): Promise<CaseFindings> {
  const { loaded, suiteCase, board, sdk, target, folder, fresh, progress, signal } = request;
  const found: CaseFindings = { results: [], facts: {} };
  const begin = performance.now();
  const since = () => performance.now() - begin;
  let part = 'machine';
  try {
    await target.look?.();
    part = 'build';
    const built = await step(progress, 'build', () => buildCase({ loaded, suiteCase, sdk, folder, signal }));
    found.built = built;
    found.results.push({
      name: 'build',
      outcome: 'pass',
      got: relative(dirname(loaded.file), built.image),
      ms: since(),
    });
    if (built.system !== undefined) {
      part = 'system description';
      await keep(folder, [built.system]);
      const at = performance.now();
      const result = checkDescription(built.system, sdk);
      found.results.push({ name: 'system description', ...result, ms: performance.now() - at });
    }
  } catch (thrown) {
    // A tool that a signal ends rejects with the signal's reason.
    const error = signal.aborted ? new HarnessError('usage', 'interrupted') : thrown;
    if (!(error instanceof HarnessError)) throw thrown;
    return {
      ...found,
      error,
      results: [...found.results, { name: part, ...endedBy(error, signal.aborted), ms: since() }],
    };
  }
  const programs = programsOf(found.built);
  const plan = suitePlan(loaded.suite, board);
  const note = (text: string) => progress({ kind: 'note', text });
  const snapshot = { state: bootedState(plan), use: !fresh, note };
  const ran = await runPlan(target, found.built.image, plan, {
    folder,
    snapshot,
    progress,
    signal,
    programs,
  });
  const results = [...found.results, ...ran.results];
  for (const file of request.tests)
    results.push(...(await runFile(file, request, found.built.image, programs, ran)));
  return { ...found, ...ran, results };
}

/** The tests of a file, each on its own machine; none if the machine did not boot. */
async function runFile(
  file: LoadedTests,
  { loaded, suiteCase, sdk, lab, folder, fresh, command, progress, signal }: CaseRequest,
  image: string,
  programs: Programs,
  { results: [boot] }: Ran,
): Promise<Result[]> {
  if (boot?.outcome !== 'pass' || signal.aborted)
    return file.tests.map(({ name }): Result => ({ name, outcome: 'not run', ms: 0, file: file.name }));
  const { name, version, dir } = sdk;
  const about = {
    suite: loaded.file,
    suiteCase,
    sdk: { name, version, dir },
    lab,
    image,
    folder,
    fresh,
    command,
    programs,
  };
  return runTests(file, { about, progress, signal });
}
