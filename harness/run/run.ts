// SPDX-License-Identifier: BSD-2-Clause
/** One run: boots a built image on a target, checks it, and keeps everything in a folder. */
import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import type { Machine, Target } from '../machine/machine.js';
import type { BuildRequest, Built } from '../subject/demo/build.js';
import { inputFile, keep, makeRunFolder, writeVerdict } from '../verdict/folder.js';
import type { Result } from '../verdict/verdict.js';
import { endedBy, outcomeOf, type Run, type Verdict } from '../verdict/verdict.js';
import { bootPhases, goThrough } from './boot.js';
import type { Check, CheckContext } from './checks/check.js';
import { runChecks } from './checks/run-checks.js';
import { GuestShell } from './checks/shell.js';

export interface RunRequest {
  build: BuildRequest;
  built: Built;
  target: Target;
  checks: readonly Check[];
  /** The folder in which run folders are created. */
  runsRoot: string;
  /** The run's folder, if it exists already. */
  folder?: string;
  /** The command that repeats this run. */
  repeat: string;
  progress: Progress;
  signal: AbortSignal;
}

/** Name of the verdict's first result. */
const bootName = 'boot to the prompt';
const now = () => performance.now();

/**
 * Boots, checks and writes the folder. Faults of the product are in the verdict. Throws HarnessError when the run could
 * find out nothing (no QEMU, no disk, interrupted); the verdict in the folder records that too.
 */
export async function runOn(request: RunRequest): Promise<Run> {
  const { build, built, target, runsRoot, signal } = request;
  const folder = request.folder ?? (await makeRunFolder(runsRoot, build.board.name, build.sdk.name));
  await keep(folder, [built.system, built.header, built.guest.dtb]);
  const hashes = hashInputs(built);
  // Awaited below. A run that fails before that throws its own error.
  hashes.catch(() => {});
  const started = new Date().toISOString();
  const begin = now();
  const { checked, facts, thrown } = await bootAndCheck(request, folder);
  const verdict: Verdict = {
    outcome: signal.aborted ? 'interrupted' : outcomeOf(checked.results),
    board: build.board.name,
    sdk: { name: build.sdk.name, version: build.sdk.version, dir: build.sdk.dir },
    config: build.config,
    vcpus: build.vcpus,
    target: target.name,
    started,
    ms: Math.round(now() - begin),
    results: checked.results.map((one) => inFolder(one, folder)),
    ...errorOf(signal.aborted ? undefined : checked.error),
    ...(await hashes),
    facts,
    repeat: request.repeat,
  };
  await writeVerdict(folder, verdict).catch((error: unknown) => {
    throw thrown ?? error;
  });
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  if (thrown !== undefined) throw thrown;
  return { folder, verdict };
}

interface BootOutcome {
  checked: Checked;
  facts: Verdict['facts'];
  /** Why the target did not start. */
  thrown?: HarnessError;
}

/** Starts the target, runs the checks and switches the target off. Rejects only with bugs. */
async function bootAndCheck(request: RunRequest, folder: string): Promise<BootOutcome> {
  const { built, target, checks, signal } = request;
  let machine: Machine;
  try {
    machine = await target.start(built.image, { folder, signal });
  } catch (error) {
    const thrown = signal.aborted ? new HarnessError('usage', 'interrupted') : error;
    if (!(thrown instanceof HarnessError)) throw error;
    return { checked: notBooted(checks, thrown, 0, signal), facts: {}, thrown };
  }
  try {
    return { checked: await check(machine, request), facts: machine.facts };
  } finally {
    await machine.powerOff();
  }
}

interface Checked {
  results: Result[];
  error: HarnessError | undefined;
}

/** Boots to the prompt and runs the checks. After a failed boot no check is run. */
async function check(machine: Machine, request: RunRequest): Promise<Checked> {
  const { build, built, checks, progress, signal } = request;
  const begin = now();
  try {
    const ends = await goThrough(machine, bootPhases(build.config), progress);
    const ms = now() - begin;
    const boot: Result = {
      name: bootName,
      outcome: 'pass',
      expected: [...ends.keys()].join(', '),
      got: `${(ms / 1000).toFixed(1)} s`,
      ms,
    };
    const shell = new GuestShell(machine.console);
    await shell.quiet();
    const context: CheckContext = {
      board: build.board,
      vcpus: build.vcpus,
      config: build.config,
      ramSize: built.guest.layout.ram.size,
      kernelRelease: built.guest.kernelRelease,
      machine,
      shell,
      now,
      sleep,
    };
    const { results, error } = await runChecks(checks, context, progress, signal);
    return { results: [boot, ...results], error };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return notBooted(checks, error, now() - begin, signal);
  }
}

/** The results of a run whose guest did not reach its prompt. */
function notBooted(
  checks: readonly Check[],
  error: HarnessError,
  ms: number,
  { aborted }: AbortSignal,
): Checked {
  const boot: Result = { name: bootName, ...endedBy(error, aborted), ms };
  const undone = checks.map(({ name }): Result => ({ name, outcome: 'not run', ms: 0 }));
  return { results: [boot, ...undone], error };
}

/** Makes a place in the run's own logs relative to its folder, so that the folder can be moved. */
function inFolder(result: Result, folder: string): Result {
  if (result.where === undefined) return result;
  return {
    ...result,
    where: result.where.startsWith(folder) ? relative(folder, result.where) : result.where,
  };
}

function errorOf(error: HarnessError | undefined): Pick<Verdict, 'error'> {
  if (!error) return {};
  const { cause: _, ...detail } = error.detail;
  return { error: { fault: error.fault, message: error.message, ...detail } };
}

/** Path, size and hash of the image and of everything that it was made from. */
async function hashInputs({ image, guest, vmm, system }: Built): Promise<Pick<Verdict, 'image' | 'inputs'>> {
  const paths = { kernel: guest.kernel, initrd: guest.initrd, dtb: guest.dtb, vmm, system };
  const inputs: Verdict['inputs'] = {};
  for (const [name, path] of Object.entries(paths)) inputs[name] = await inputFile(path);
  return { image: await inputFile(image), inputs };
}
