// SPDX-License-Identifier: BSD-2-Clause
/** The guest of differential runs as an image for a board without a VMM. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board, Range } from '../../boards/board.js';
import { explainDisk, makeFolder } from '../../harness/base/disk.js';
import { HarnessError } from '../../harness/base/error.js';
import { packageRoot } from '../../harness/base/paths.js';
import { linkerFlags, tool } from '../bare.js';
import { deviceTreeSource } from '../linux/device-tree.js';
import { compileDeviceTree } from '../linux/dtb.js';

export interface OnBoard {
  board: Board;
  cpus: number;
  /** The guest's arm64 Image. */
  guest: string;
  /** A file that the guest finds as its initrd; none when undefined. */
  batch: string | undefined;
  outDir: string;
}

const page = 0x1000;
/**
 * Bytes before the guest's Image: the entry, and the device tree. As much as the guest's tables are aligned to: TTBR0
 * ignores the bits below.
 */
const imageAt = 0x1_0000;
/** Offset of `image_size` in the header of an arm64 Image (Linux, Documentation/arch/arm64/booting.rst). */
const imageSizeAt = 16;

const pagesOf = (bytes: number) => Math.ceil(bytes / page) * page;

/** The memory region in which the image is loaded. */
function ramOf({ name, memory, loadAddress }: Board): Range {
  const ram = memory.find(({ base, size }) => loadAddress >= base && loadAddress < base + size);
  if (ram !== undefined) return ram;
  throw new HarnessError('harness', `${name} loads its image where it has no memory`);
}

/** Builds the image, which is loaded and entered at the board's load address. Returns its path. */
export async function buildOnBoard({ board, cpus, guest, batch, outDir }: OnBoard): Promise<string> {
  const entry = join(packageRoot, 'guest-builder', 'differential', 'on-board', 'entry.S');
  const image = join(outDir, 'differential-board.img');
  const elf = join(outDir, 'differential-board.elf');
  try {
    makeFolder(outDir);
    const bytes = await readFile(guest);
    // The guest clears its BSS, which is not in the file.
    const batchAt = imageAt + pagesOf(Number(bytes.readBigUInt64LE(imageSizeAt)));
    const contents = batch === undefined ? Buffer.alloc(0) : await readFile(batch);
    const initrd = { base: board.loadAddress + batchAt, size: contents.length };
    const source = deviceTreeSource({ board, vcpus: cpus, ram: ramOf(board), initrd, bootargs: '' });
    const tree = await compileDeviceTree(source);
    if (tree.length > imageAt - page)
      throw new HarnessError('harness', 'the device tree does not fit before the guest');
    const file = (name: string) => join(outDir, `board.${name}`);
    await writeFile(file('dtb'), tree);
    await writeFile(file('batch'), contents);
    const values = {
      TREE: `"${file('dtb')}"`,
      IMAGE: `"${guest}"`,
      BATCH: `"${file('batch')}"`,
      IMAGE_AT: imageAt,
      BATCH_AT: batchAt,
      SIZE: batchAt + contents.length,
    };
    const defines = Object.entries(values).map(([name, value]) => `-D${name}=${value}`);
    const flags = ['-nostdlib', '-static', ...linkerFlags.map((flag) => `-Wl,${flag}`), '-Wl,-Ttext=0'];
    await tool('gcc', [...flags, ...defines, '-o', elf, entry]);
    await tool('objcopy', ['-O', 'binary', elf, `${image}.new`]);
    await rename(`${image}.new`, image);
  } catch (error) {
    throw explainDisk(error, outDir);
  }
  return image;
}
