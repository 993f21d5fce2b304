// SPDX-License-Identifier: BSD-2-Clause
/** The sizes of an image's parts. */
import { stat } from 'node:fs/promises';
import type { Built } from '../subject/demo/build.js';

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export interface Sizes {
  /** All in bytes. */
  image: number;
  kernel: number;
  /** The kernel as the VMM contains it, if it had to be packed. */
  packedKernel?: number;
  initrd: number;
  dtb: number;
  /** The programs below the loader, and the room for them, if that is limited. */
  programs?: number;
  room?: number;
}

export async function sizesOf({ image, guest, packed, room }: Built): Promise<Sizes> {
  const paths = [image, guest.kernel, guest.initrd, guest.dtb];
  const [imageSize = 0, kernel = 0, initrd = 0, dtb = 0] = await Promise.all(
    paths.map(async (path) => (await stat(path)).size),
  );
  return {
    image: imageSize,
    kernel,
    ...(packed && { packedKernel: packed.size }),
    initrd,
    dtb,
    ...(room && { programs: room.programs, room: room.room }),
  };
}

/** The sizes in a sentence. */
export function sizesText({ image, kernel, packedKernel, initrd, programs, room }: Sizes): string {
  const packed = packedKernel === undefined ? '' : `, packed to ${mib(packedKernel)}`;
  const below = programs && room ? `; programs ${mib(programs)} of the ${mib(room)} below the loader` : '';
  return `${mib(image)}: kernel ${mib(kernel)}${packed}, initrd ${mib(initrd)}${below}`;
}
