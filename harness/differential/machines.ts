// SPDX-License-Identifier: BSD-2-Clause
/** The two machines of a run, for a batch of programs in their memory or for programs over the console. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DifferentialGuest } from '../../guest-builder/differential/build.js';
import { makeFolder } from '../base/disk.js';
import { withLock } from '../base/lock.js';
import { buildRoot } from '../base/paths.js';
import type { Progress } from '../base/progress.js';
import { debugRegisters } from '../microkit/isolation.js';
import type { Sdk } from '../microkit/sdk.js';
import { buildSystem } from '../subject/demo/build.js';
import type { Start } from './machine.js';
import type { Place } from './places.js';

export interface Machines {
  /** The VMM's name in reports. */
  name: string;
  /** Whether the machines can have a batch in their memory. */
  takesBatches: boolean;
  /**
   * Programs that one machine runs before the other is asked, where the two cannot run at the same time. Without it both
   * have all programs of a batch ahead of them.
   */
  group?: number | undefined;
  /** Whether the kernel may lose the guest's PAR_EL1 at an exit. */
  losesPar: boolean;
  /** Whether the kernel leaves a guest's debug registers in effect while other protection domains run. */
  sharesDebug: boolean;
  /** Prepares both machines, with a batch in their memory if given. */
  make(batch: Uint8Array | undefined, progress: Progress): Promise<{ bare: Start; vmm: Start }>;
}

export interface MachinesRequest {
  place: Place;
  guest: DifferentialGuest;
  vcpus: number;
  /** Folder for files that the machines need while they run. */
  folder: string;
  signal: AbortSignal;
}

/** Machines for an existing image. Programs go over the console. */
export function imageMachines(image: string, name: string, request: MachinesRequest): Machines {
  const { place, guest, vcpus, folder, signal } = request;
  return {
    name,
    takesBatches: false,
    group: place.group,
    losesPar: true,
    sharesDebug: false,
    make: () => place.machines({ guest: guest.image, vmm: image, name, vcpus, folder }, signal),
  };
}

/**
 * Microseconds of a vCPU's turn. A CPU that waits for another one uses up its turn, so that turns decide how fast programs
 * of several CPUs are.
 */
const slice = 200;
/** Seconds that a run waits for another one that builds the same VMM. */
const buildWait = 600;

/** Whether seL4 loses PAR_EL1. It preserves it from Microkit 2.1 on (docs/known-issues.md). */
const losesPar = ({ provider, version }: Sdk): boolean =>
  provider !== 'minikit' && version.startsWith('2.0.');

/** Machines for this project's VMM, built with the batch as the guest's initrd. */
export function ownMachines(sdk: Sdk, config: string, request: MachinesRequest): Machines {
  const { place, guest, vcpus, folder, signal } = request;
  let made = 0;
  const name = `VMM on ${sdk.name}`;
  const shared = join(buildRoot, 'differential', 'batch');
  return {
    name: sdk.name,
    takesBatches: true,
    group: place.group,
    losesPar: losesPar(sdk),
    sharesDebug: debugRegisters(sdk, place.board.name, config) === 'shared',
    make: async (batch = new Uint8Array(4), progress) => {
      // The machines of the batch before may still run, and boot again.
      made += 1;
      const kept = join(folder, `batch-${made % 2}.bin`);
      const image = join(folder, `loader-${made % 2}.img`);
      makeFolder(shared);
      await writeFile(kept, batch);
      // All runs share a folder, so that a new batch costs a link and not a compilation.
      await withLock(join(shared, 'lock'), { what: 'the batch folder', wait: buildWait }, async () => {
        const initrd = join(shared, 'batch.bin');
        await copyFile(kept, initrd);
        const system = {
          board: place.board,
          sdk,
          config,
          vcpus,
          ...(vcpus > 1 && { slice }),
          kernel: guest.image,
          initrd,
        };
        await copyFile((await buildSystem({ ...system, progress, signal })).image, image);
      });
      return place.machines({ guest: guest.image, batch: kept, vmm: image, name, vcpus, folder }, signal);
    },
  };
}
