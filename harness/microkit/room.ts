// SPDX-License-Identifier: BSD-2-Clause
/**
 * Whether an image fits into the board's memory. Microkit 2.0.1 places the kernel and then every program below its
 * loader, which is linked at the load address. When they meet, its tool panics ("Overlapping regions").
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { hex } from '../base/text.js';
import { smallPage } from '../system/limits.js';
import { readElfFile } from './elf-file.js';
import type { Sdk } from './sdk.js';

/** Estimated size of the kernel, the monitor and the VMM's own code, before any of them exists to be measured. */
const estimate = 0x40_0000;
/** For the monitor and the tool's table of work, which grows with the system. */
const reserve = 0x4_0000;

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Bytes of memory from the beginning of the bank to the load address. */
function roomBelowLoader({ memory, loadAddress }: Board): number {
  const bank = memory.find(({ base, size }) => loadAddress >= base && loadAddress < base + size);
  return bank ? loadAddress - bank.base : 0;
}

/** Whether the guest's kernel must be packed in the VMM because the programs would not fit with the unpacked images. */
export function needsPacking(board: Board, imageSizes: readonly number[]): boolean {
  const images = imageSizes.reduce((total, size) => total + size, 0);
  return images + estimate > roomBelowLoader(board);
}

/** The use of memory, in bytes. */
export interface Room {
  /** Size of the programs, in whole pages. */
  programs: number;
  /** Room for them between kernel and loader. */
  room: number;
}

async function memoryOf(path: string): Promise<{ size: number; end: number }> {
  const { segments, symbols } = readElfFile(path);
  const pages = segments.map(({ vaddr, data }) => {
    const begin = vaddr - (vaddr % smallPage);
    return Math.ceil((vaddr + data.length - begin) / smallPage) * smallPage;
  });
  const [first] = segments;
  const last = symbols.get('ki_end');
  const end = first && last ? first.paddr + (last.value - first.vaddr) : 0;
  return { size: pages.reduce((total, size) => total + size, 0), end };
}

/**
 * Compares the size of the VMM's program with the room between the SDK's kernel and its loader. Undefined for an SDK
 * that places programs after its image. Throws HarnessError (usage) with the sizes of the contents when the program
 * does not fit.
 */
export async function checkPrograms(
  { board, sdk, config }: { board: Board; sdk: Sdk; config: string },
  vmm: string,
  contents: Readonly<Record<string, string>>,
): Promise<Room | undefined> {
  if (sdk.provider !== 'microkit') return undefined;
  const kernel = await memoryOf(join(sdk.dir, 'board', board.name, config, 'elf', 'sel4.elf'));
  const { size: programs } = await memoryOf(vmm);
  const room = board.loadAddress - kernel.end - reserve;
  if (programs <= room) return { programs, room };
  const sizes = Object.entries(contents).map(
    async ([what, path]) => `${what} ${mib((await stat(path)).size)}`,
  );
  throw new HarnessError(
    'usage',
    `the VMM and its guest's images do not fit below the loader of ${board.name}`,
    {
      where: vmm,
      expected: `at most ${mib(room)}: the kernel ends at ${hex(kernel.end)}, the loader is at ${hex(board.loadAddress)}`,
      got: `${mib(programs)}: ${(await Promise.all(sizes)).join(', ')}`,
      wayOut: 'use a smaller kernel (--kernel) or initrd (--initrd)',
    },
  );
}

/** Refuses an image that does not fit between its load address and the end of the board's memory. */
export function checkFits(board: Board, size: number, image: string): void {
  const bank = board.memory.find(
    ({ base, size: length }) => board.loadAddress >= base && board.loadAddress < base + length,
  );
  const room = bank ? bank.base + bank.size - board.loadAddress : 0;
  if (size <= room) return;
  throw new HarnessError('usage', `the image is larger than the memory of ${board.name} allows`, {
    where: image,
    expected: `at most ${room} bytes from the load address ${hex(board.loadAddress)}`,
    got: `${size} bytes`,
    wayOut: 'use a smaller guest kernel or initrd',
  });
}
