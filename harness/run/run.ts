// SPDX-License-Identifier: BSD-2-Clause
/** One run: boots a built image on a target, checks it, and keeps everything in a folder. */
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import type { Target } from '../machine/machine.js';
import type { BuildRequest, Built } from '../subject/demo/build.js';
import { errorOf, inFolder, inputFile, keep, makeRunFolder, writeVerdict } from '../verdict/folder.js';
import { outcomeOf, type Run, type Verdict } from '../verdict/verdict.js';
import { runPlan } from './check-machine.js';
import type { Plan } from './plan.js';

export interface RunRequest {
  build: BuildRequest;
  built: Built;
  target: Target;
  plan: Plan;
  /** The folder in which run folders are created. */
  runsRoot: string;
  /** The run's folder, if it exists already. */
  folder?: string;
  /** The command that repeats this run. */
  repeat: string;
  progress: Progress;
  signal: AbortSignal;
}

const now = () => performance.now();

/**
 * Boots, checks and writes the folder. Faults of the product are in the verdict. Throws HarnessError when the run could
 * find out nothing (no QEMU, no disk, interrupted); the verdict in the folder records that too.
 */
export async function runOn(request: RunRequest): Promise<Run> {
  const { build, built, target, plan, runsRoot, progress, signal } = request;
  const folder = request.folder ?? (await makeRunFolder(runsRoot, build.board.name, build.sdk.name));
  await keep(folder, [built.system, built.header, built.guest.dtb]);
  const hashes = hashInputs(built);
  // Awaited below. A run that fails before that throws its own error.
  hashes.catch(() => {});
  const started = new Date().toISOString();
  const begin = now();
  const ran = await runPlan(target, built.image, plan, {
    folder,
    signal,
    progress,
    programs: { vmm: built.vmm },
  });
  const thrown = ran.started ? undefined : ran.error;
  const verdict: Verdict = {
    outcome: signal.aborted ? 'interrupted' : outcomeOf(ran.results),
    board: build.board.name,
    sdk: { name: build.sdk.name, version: build.sdk.version, dir: build.sdk.dir },
    config: build.config,
    vcpus: build.vcpus,
    target: target.name,
    started,
    ms: Math.round(now() - begin),
    results: ran.results.map((one) => inFolder(one, folder)),
    ...(ran.error !== undefined && !signal.aborted && { error: errorOf(ran.error) }),
    ...(await hashes),
    facts: ran.facts,
    repeat: request.repeat,
  };
  await writeVerdict(folder, verdict).catch((error: unknown) => {
    throw thrown ?? error;
  });
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  if (thrown !== undefined) throw thrown;
  return { folder, verdict };
}

/** Path, size and hash of the image and of everything that it was made from. */
async function hashInputs({ image, guest, vmm, system }: Built): Promise<Pick<Verdict, 'image' | 'inputs'>> {
  const paths = { kernel: guest.kernel, initrd: guest.initrd, dtb: guest.dtb, vmm, system };
  const inputs: Verdict['inputs'] = {};
  for (const [name, path] of Object.entries(paths)) inputs[name] = await inputFile(path);
  return { image: await inputFile(image), inputs };
}
