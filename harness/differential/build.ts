// SPDX-License-Identifier: BSD-2-Clause
/** What a differential run of our own VMM is made of: the guest, and the VMM's image with it as its kernel. */
import { join } from 'node:path';
import type { Board } from '../../boards/board.js';
import { buildDifferentialGuest, type DifferentialGuest } from '../../guest-builder/differential/build.js';
import { buildRoot } from '../base/paths.js';
import type { Progress } from '../base/progress.js';
import type { Sdk } from '../microkit/sdk.js';
import { buildSystem } from '../subject/demo/build.js';
import { protocolHeader } from './header.js';

/** The guest, in the folder of everything that is built unless another is given. */
export const buildGuest = (outDir = join(buildRoot, 'differential', 'guest')): Promise<DifferentialGuest> =>
  buildDifferentialGuest(outDir, protocolHeader());

export interface VmmRequest {
  board: Board;
  sdk: Sdk;
  config: string;
  vcpus: number;
  guest: DifferentialGuest;
  progress: Progress;
  signal: AbortSignal;
}

/** Our VMM with the guest in it. It needs no initrd: any file will do. */
export async function buildVmm({ guest, ...request }: VmmRequest): Promise<string> {
  const { image } = await buildSystem({ ...request, kernel: guest.image, initrd: guest.image });
  return image;
}
