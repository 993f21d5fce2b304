// SPDX-License-Identifier: BSD-2-Clause
/** A differential run as it is asked for, by the command or by the library: its machines. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { findSdk } from '../microkit/find.js';
import { buildGuest } from './build.js';
import { imageMachines, type Machines, ownMachines } from './machines.js';
import type { Place } from './places.js';

export const defaultPrograms = 1_000;
/** A guest can stop a debug kernel through its debug calls, so the default is a release kernel. */
export const defaultConfig = 'release';

export interface MachinesWanted {
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
export async function machinesFor(wanted: MachinesWanted): Promise<Machines> {
  const { image, sdk, config, place, vcpus, folder, progress, signal } = wanted;
  const request = { place, guest: await buildGuest(), vcpus, folder, signal };
  if (image === undefined) return ownMachines(await findSdk({ wanted: sdk, progress }), config, request);
  if (existsSync(image)) return imageMachines(resolve(image), basename(image), request);
  const wayOut = "give the image that the SDK's tool made, loader.img";
  throw new HarnessError('usage', 'the image does not exist', { where: image, wayOut });
}
