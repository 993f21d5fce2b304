// SPDX-License-Identifier: BSD-2-Clause
/**
 * Whether an image has room in the board's memory. Microkit 2.0.1 puts the kernel and then every program below its
 * loader, which is linked at the load address; where they meet, its tool panics ("Overlapping regions").
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { hex } from '../base/text.js';
import { smallPage } from '../system/limits.js';
import { readElfFile } from './elf-file.js';
import type { Sdk } from './sdk.js';

/** Taken for the kernel, the monitor and the VMM's own code, before any of them is there to be measured. */
const estimate = 0x40_0000;
/** For the monitor and for the tool's table of what it has to do, which grows with the system. */
const reserve = 0x4_0000;

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Bytes of memory below the load address, where its bank begins. */
function roomBelowLoader({ memory, loadAddress }: Board): number {
  const bank = memory.find(({ base, size }) => loadAddress >= base && loadAddress < base + size);
  return bank ? loadAddress - bank.base : 0;
}

/** Whether the guest's kernel must go into the VMM packed: with its images as they are the programs would not fit. */
export function needsPacking(board: Board, imageSizes: readonly number[]): boolean {
  const images = imageSizes.reduce((total, size) => total + size, 0);
  return images + estimate > roomBelowLoader(board);
}

/** Where memory goes, in bytes. */
export interface Room {
  /** What the programs take there, whole pages. */
  programs: number;
  /** What is left for them between kernel and loader. */
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
 * Measures the VMM's program against the room between the SDK's kernel and its loader. Undefined for an SDK that
 * places programs behind its image. Throws HarnessError (usage) when it does not fit, with the sizes of what is in it.
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
      wayOut: 'take a smaller kernel (--kernel) or initrd (--initrd)',
    },
  );
}

/** Refuses an image that does not fit between its load address and the end of the board's memory there. */
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
    wayOut: 'take a smaller guest kernel or initrd',
  });
}
