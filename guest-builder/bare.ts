// SPDX-License-Identifier: BSD-2-Clause
/** Bare-metal guests: C and assembly without a library, built into an arm64 Image that boots wherever Linux does. */

import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Board, redistributorStride } from '../boards/board.js';
import { cHeader, defines } from '../harness/base/c-header.js';
import { endsWithUs, isMissing } from '../harness/base/children.js';
import { explainDisk, makeFolder } from '../harness/base/disk.js';
import { HarnessError } from '../harness/base/error.js';
import { packageRoot } from '../harness/base/paths.js';
import { hex } from '../harness/base/text.js';

/** The bare-metal guests. Each is a folder here. */
export const bareGuests = ['bench', 'faults', 'hostile', 'power'] as const;
export type BareGuestName = (typeof bareGuests)[number];

export interface BareGuest {
  /** The Image, and the ELF file from which it was made (for a debugger). */
  image: string;
  elf: string;
  /** IPA of the first instruction. */
  entry: number;
}

/** QEMU's own loader places its boot code below this offset. Under a VMM any offset will do. */
const textOffset = 0x20_0000;

const crossPrefix = 'aarch64-linux-gnu-';
export const compilerFlags = [
  '-std=gnu11',
  '-O2',
  '-g',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-ffreestanding',
  '-fno-stack-protector',
  '-fno-pic',
  '-mgeneral-regs-only',
  '-mstrict-align',
  '-march=armv8-a',
  '-nostdlib',
  '-static',
  '-no-pie',
];
export const linkerFlags = ['--build-id=none', '--no-warn-rwx-segments', '-z', 'max-page-size=4096'];

/** The board's data as a header for the guests' C code. */
export function guestBoardHeader(board: Board): string {
  const { gic, uart } = board;
  const values = {
    GUEST_TEXT_OFFSET: hex(textOffset),
    GUEST_RAM_BASE: hex(board.guest.ram.base),
    GUEST_RAM_SIZE: hex(board.guest.ram.size),
    GUEST_UART_BASE: hex(uart.base),
    [`GUEST_UART_${uart.kind.toUpperCase()}`]: '1',
    GUEST_GIC_VERSION: String(gic.version),
    GUEST_GICD_BASE: hex(gic.distributor),
    ...(gic.version === 2
      ? { GUEST_GICC_BASE: hex(gic.cpuInterface) }
      : { GUEST_GICR_BASE: hex(gic.redistributor) }),
    // An address beyond every device, with up to four vCPUs.
    GUEST_BEYOND_GIC: hex(
      gic.version === 2
        ? gic.cpuInterface + 2 * gic.cpuInterfaceSize
        : gic.redistributor + 4 * redistributorStride,
    ),
    GUEST_GIC_FRAME_SIZE: hex(gic.frameSize),
    GUEST_VTIMER_INTID: String(board.timers.virtual),
  };
  return cHeader(`boards/${board.name}`, defines(values));
}

export async function tool(name: string, args: string[]): Promise<void> {
  const command = endsWithUs(`${crossPrefix}${name}`, args);
  const result = await execa(...command, { reject: false, stdin: 'ignore', all: true });
  if (result.exitCode === 0) return;
  if (isMissing(result.exitCode)) {
    throw new HarnessError('infrastructure', `${crossPrefix}${name} is missing`, {
      expected: 'the cross compiler in PATH',
      wayOut: 'apt-get install gcc-aarch64-linux-gnu',
      cause: result.cause,
    });
  }
  throw new HarnessError('harness', 'a bare-metal guest does not build', { got: result.all });
}

export async function sources(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /\.[cS]$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Builds a guest for a board into `outDir`. `defines` are preprocessor symbols for which the guest's sources have
 * defaults: HOSTILE_SHARE, HOSTILE_DEBUG.
 */
export async function buildBareGuest(
  name: BareGuestName,
  board: Board,
  outDir: string,
  defines: Readonly<Record<string, number>> = {},
): Promise<BareGuest> {
  const lib = join(packageRoot, 'guest-builder', 'lib');
  const own = join(packageRoot, 'guest-builder', name);
  const elf = join(outDir, `${name}.elf`);
  const image = join(outDir, `${name}.img`);
  const entry = board.guest.ram.base + textOffset;
  try {
    makeFolder(outDir);
    await writeFile(join(outDir, 'guest_board.h'), guestBoardHeader(board));
    const linking = [
      '-T',
      join(lib, 'guest.ld'),
      ...linkerFlags.map((flag) => `-Wl,${flag}`),
      `-Wl,--defsym=GUEST_LOAD_ADDRESS=${entry}`,
    ];
    const files = [...(await sources(lib)), ...(await sources(own))];
    await tool('gcc', [
      ...compilerFlags,
      ...Object.entries(defines).map(([symbol, value]) => `-D${symbol}=${value}u`),
      `-I${lib}`,
      `-I${own}`,
      `-I${outDir}`,
      ...linking,
      '-o',
      `${elf}.new`,
      ...files,
    ]);
    await tool('objcopy', ['-O', 'binary', `${elf}.new`, `${image}.new`]);
    await rename(`${elf}.new`, elf);
    await rename(`${image}.new`, image);
  } catch (error) {
    throw explainDisk(error, outDir);
  }
  return { image, elf, entry };
}
