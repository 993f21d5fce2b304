// SPDX-License-Identifier: BSD-2-Clause
/**
 * An SD card that boots an image without any cable: an MBR, one FAT32 partition with the image and a `boot.scr` that
 * U-Boot's standard boot runs, and before the partition room for a boot loader at the offset where the chip looks for
 * it.
 */
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { endsWithUs, isMissing } from '../../../base/children.js';
import { explainDisk, makeFolder } from '../../../base/disk.js';
import { HarnessError } from '../../../base/error.js';
import { limits } from '../../../base/limits.js';
import { readRegularFile } from '../../../base/read-file.js';
import { hex } from '../../../base/text.js';
import { size as sizeText } from './estimate.js';
import type { StartMethod } from './settings.js';
import { mkimage, planStart, type StartBoard } from './start.js';

export interface CardOptions {
  image: string;
  board: StartBoard;
  start: StartMethod;
  output: string;
  /** For files made on the way. */
  folder: string;
  /** U-Boot for this board, and the byte offset on the card at which its boot ROM looks for it. */
  bootloader?: { file: string; offset: number } | undefined;
}

const mebi = 1 << 20;
const sector = 512;
/** Offset of the partition. The largest boot loader of these chips ends well below it. */
const partitionStart = 16 * mebi;
/** FAT32 has at least 65,525 clusters. With mformat's 512-byte clusters that is 32 MiB. */
const leastPartition = 64 * mebi;
const imageName = 'image.img';

/**
 * Makes the card's image and returns a description of its contents. Throws HarnessError: usage, or infrastructure for a
 * tool.
 */
export async function makeCard(options: CardOptions): Promise<string> {
  const { image, board, start, output, folder, bootloader } = options;
  makeFolder(folder);
  const { payload, address, command } = await planStart(start, image, board, folder);
  const script = join(folder, 'boot.scr');
  await writeFile(join(folder, 'boot.cmd'), bootScript(address, command));
  const kind = ['-A', 'arm64', '-O', 'linux', '-T', 'script', '-C', 'none'];
  await mkimage([...kind, '-d', join(folder, 'boot.cmd'), script]);
  const partition = Math.max(leastPartition, Math.ceil((payload.size * 1.1) / mebi) * mebi + 8 * mebi);
  const partial = `${output}.partial`;
  try {
    const card = await open(partial, 'w');
    await card.truncate(partitionStart + partition).finally(() => card.close());
    await tool('/usr/sbin/sfdisk', ['--quiet', partial], 'fdisk', partitionTable(partition));
    const at = ['-i', `${partial}@@${partitionStart}`];
    await tool(
      'mformat',
      [...at, '-F', '-v', 'SEL4', '-T', String(partition / sector), '-h', '255', '-s', '63', '::'],
      'mtools',
    );
    await tool('mcopy', [...at, payload.path, `::${imageName}`], 'mtools');
    await tool('mcopy', [...at, script, '::boot.scr'], 'mtools');
    if (bootloader) await putBootloader(partial, bootloader);
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throw explainDisk(error, output, 'name another file with --output');
  }
  const loader = bootloader ? `, ${basename(bootloader.file)} at byte ${bootloader.offset}` : '';
  return `${sizeText(partitionStart + partition)}: FAT32 with ${imageName} (${sizeText(payload.size)}) and boot.scr${loader}`;
}

/**
 * The script that U-Boot's standard boot runs with devtype, devnum and distro_bootpart set (U-Boot
 * doc/develop/distro.rst).
 */
function bootScript(address: number, command: string): string {
  const at = hex(address);
  return [
    `echo "starting ${imageName} by ${command.split(' ')[0]}"`,
    `if load \${devtype} \${devnum}:\${distro_bootpart} ${at} ${imageName}; then ${command}; fi`,
    '',
  ].join('\n');
}

/** For sfdisk: one active FAT32 (LBA) partition. */
function partitionTable(size: number): string {
  return `label: dos\nstart=${partitionStart / sector}, size=${size / sector}, type=c, bootable\n`;
}

/**
 * The partition table with the disk's signature, at the end of the first sector. A loader that starts in that sector
 * leaves it out.
 */
const table = { from: 440, to: sector };

async function putBootloader(
  card: string,
  { file, offset }: { file: string; offset: number },
): Promise<void> {
  const bytes = readRegularFile(file, { what: 'the boot loader', limit: limits.bootLoader });
  const end = offset + bytes.length;
  if ((offset > 0 && offset < sector) || end > partitionStart) {
    throw new HarnessError('usage', 'the boot loader does not fit before the partition', {
      where: file,
      expected: `byte 0, or ${sector}, up to ${partitionStart}`,
      got: `byte ${offset} to ${end}`,
    });
  }
  const handle = await open(card, 'r+');
  try {
    const first = offset === 0 ? table.from : 0;
    await handle.write(bytes.subarray(0, first), 0, undefined, 0);
    const rest = offset === 0 ? table.to : 0;
    await handle.write(bytes.subarray(rest), 0, undefined, offset + rest);
  } finally {
    await handle.close();
  }
}

/** Runs one Debian program on the card. */
async function tool(program: string, args: readonly string[], debian: string, input = ''): Promise<void> {
  const { exitCode, stderr, shortMessage } = await execa(...endsWithUs(program, args), {
    input,
    reject: false,
  });
  if (exitCode === 0) return;
  throw new HarnessError('infrastructure', `${program} failed`, {
    got: String(stderr) || (shortMessage ?? ''),
    ...(isMissing(exitCode) && { wayOut: `vmm-harness setup lab installs it (Debian: ${debian})` }),
  });
}
