// SPDX-License-Identifier: BSD-2-Clause
/** One case of a suite: builds, checks the description, boots and checks, and keeps everything in a folder. */
import { relative } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { type Progress, step } from '../../base/progress.js';
import type { Target } from '../../machine/machine.js';
import type { Sdk } from '../../microkit/sdk.js';
import { inputFile, keep, writeVerdict } from '../../verdict/folder.js';
import {
  endedBy,
  type InputFile,
  outcomeOf,
  type Result,
  type Run,
  type Verdict,
} from '../../verdict/verdict.js';
import { bootAndCheck, bootedState, type Checked } from './boot-and-check.js';
import { buildCase, type CaseBuilt, checkDescription } from './build.js';
import type { SuiteCase } from './cases.js';
import type { LoadedSuite } from './read.js';

export interface CaseRequest {
  loaded: LoadedSuite;
  suiteCase: SuiteCase;
  board: Board;
  sdk: Sdk;
  target: Target;
  /** It must exist. */
  folder: string;
  /** Whether to boot even when a snapshot of an earlier boot is kept. */
  fresh: boolean;
  /** The command that repeats this case. */
  repeat: string;
  progress: Progress;
  signal: AbortSignal;
}

const noFile: InputFile = { path: '', sha256: '', size: 0 };

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
  const { loaded, suiteCase, sdk, folder, progress, signal } = request;
  const found: CaseFindings = { results: [], facts: {} };
  const begin = performance.now();
  const since = () => performance.now() - begin;
  try {
    const built = await step(progress, 'build', () => buildCase({ loaded, suiteCase, sdk, folder, signal }));
    found.built = built;
    found.results.push({ name: 'build', outcome: 'pass', got: built.image, ms: since() });
    if (built.system !== undefined) {
      await keep(folder, [built.system]);
      const at = performance.now();
      const result = checkDescription(built.system);
      found.results.push({ name: 'system description', ...result, ms: performance.now() - at });
    }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const name = found.built === undefined ? 'build' : 'system description';
    return {
      ...found,
      error,
      results: [...found.results, { name, ...endedBy(error, signal.aborted), ms: since() }],
    };
  }
  const { checked, facts } = await boot(request, found.built);
  return { ...found, ...checked, facts, results: [...found.results, ...checked.results] };
}

async function boot(
  { target, loaded, folder, fresh, progress, signal }: CaseRequest,
  { image }: CaseBuilt,
): Promise<{ checked: Checked; facts: Verdict['facts'] }> {
  try {
    const note = (text: string) => progress({ kind: 'note', text });
    const snapshot = { state: bootedState(loaded.suite), use: !fresh, note };
    const machine = await target.start(image, { folder, signal, snapshot });
    try {
      return { checked: await bootAndCheck(machine, loaded.suite, progress, signal), facts: machine.facts };
    } finally {
      await machine.powerOff();
    }
  } catch (error) {
    if (!(error instanceof HarnessError) && !signal.aborted) throw error;
    const known = error instanceof HarnessError ? error : new HarnessError('usage', 'interrupted');
    const result: Result = { name: 'power on', ...endedBy(known, signal.aborted), ms: 0 };
    return { checked: { results: [result], error: known }, facts: {} };
  }
}

/** Makes a place in the run's own logs relative to its folder, so that the folder can be moved. */
function inFolder(result: Result, folder: string): Result {
  if (!result.where?.startsWith(folder)) return result;
  return { ...result, where: relative(folder, result.where) };
}

function errorOf({ fault, message, detail }: HarnessError): NonNullable<Verdict['error']> {
  const { cause: _, ...plain } = detail;
  return { fault, message, ...plain };
}
