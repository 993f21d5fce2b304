// SPDX-License-Identifier: BSD-2-Clause
/** A differential run as it is asked for, by the command or by the library. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { findSdk } from '../microkit/find.js';
import { buildGuest } from './build.js';
import { knownDifferences } from './known/known.js';
import { imageMachines, type Machines, ownMachines } from './machines.js';
import type { Place } from './places.js';
import type { Program } from './program.js';
import type { DifferentialRun } from './result.js';
import { runDifferential } from './run.js';
import { chooseKinds } from './vocabulary/choose.js';

export const defaultPrograms = 1_000;
/** A guest can stop a debug kernel through its debug calls, so the default is a release kernel. */
export const defaultConfig = 'release';

interface MachinesWanted {
  /** An image that boots the guest of `guest --differential`; without one, this project's VMM is built. */
  image: string | undefined;
  /** For this project's VMM: as `--sdk` takes it, and the configuration. */
  sdk: string | undefined;
  config: string;
  place: Place;
  /** Virtual CPUs of the guest. */
  vcpus: number;
  /** For the programs of the machines; it must exist. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** The machines with and without the VMM. Rejects with HarnessError (usage) for an image that does not exist. */
async function machinesFor(wanted: MachinesWanted): Promise<Machines> {
  const { image, sdk, config, place, vcpus, folder, progress, signal } = wanted;
  const request = { place, guest: await buildGuest(), vcpus, folder, signal };
  if (image === undefined) return ownMachines(await findSdk({ wanted: sdk, progress }), config, request);
  if (existsSync(image)) return imageMachines(resolve(image), basename(image), request);
  const wayOut = "give the image that the SDK's tool made, loader.img";
  throw new HarnessError('usage', 'the image does not exist', { where: image, wayOut });
}

export interface RunWanted extends MachinesWanted {
  /** Kinds of acts that exist; all that the kernel survives when undefined. */
  kinds: readonly string[] | undefined;
  /** Acts in a program. */
  acts: number;
  seed: number;
  programs: number;
  /** Only this program. */
  replay: Program | undefined;
}

/** Runs the programs. `subject` is the VMM's name; `leftOut` has a line for kinds that were not drawn. */
export async function runWanted(
  wanted: RunWanted,
): Promise<{ subject: string; run: DifferentialRun; leftOut: string[] }> {
  const { place, vcpus: cpus, acts, seed, programs, replay, progress, signal } = wanted;
  const machines = await machinesFor(wanted);
  const { name: subject, losesPar, sharesDebug } = machines;
  const { kinds, leftOut } = chooseKinds(wanted.kinds, { cpus, sharesDebug });
  const vocabulary = { kinds, acts, gic: place.board.gic.version, cpus, losesPar };
  const table = knownDifferences;
  const run = await runDifferential({
    machines,
    table,
    vocabulary,
    seed,
    programs,
    replay,
    progress,
    signal,
  });
  return { subject, run, leftOut };
}
