// SPDX-License-Identifier: BSD-2-Clause
/** The board's memory through U-Boot's commands: what fits where, and whether the contents are as sent. */

import type { Range } from '../../../../boards/board.js';
import { HarnessError } from '../../../base/error.js';
import { largePage } from '../../../base/pages.js';
import { hex } from '../../../base/text.js';
import type { UBoot } from './uboot.js';

/** CRC-32 (zlib's) of `size` bytes at `address`. U-Boot on a slow core computes about 50 MB per second. */
export async function crcAt(uboot: UBoot, address: number, size: number): Promise<number> {
  const output = await uboot.must(`crc32 ${hex(address)} ${hex(size)}`, { limit: 10_000 + size / 2_000 });
  const [, crc] = /==> ([0-9a-f]{8})\b/.exec(output) ?? [];
  if (crc !== undefined) return Number.parseInt(crc, 16);
  throw new HarnessError('infrastructure', "U-Boot's crc32 printed no checksum", {
    got: output,
    ...uboot.position(),
  });
}

/** SHA-256 of `size` bytes at `address`, in hex; undefined if U-Boot was built without `hash` or without SHA-256. */
export async function sha256At(uboot: UBoot, address: number, size: number): Promise<string | undefined> {
  const limit = 10_000 + size / 500;
  const { output, status } = await uboot.run(`hash sha256 ${hex(address)} ${hex(size)}`, { limit });
  if (status !== 0) return undefined;
  return /==> ([0-9a-f]{64})\b/.exec(output)?.[1];
}

/** U-Boot moves itself, its heap and its stack to the end of the memory that it knows. */
const ubootRoom = 64 << 20;

const up = (address: number) => Math.ceil(address / largePage) * largePage;

/**
 * Addresses for `sizes` bytes, one after the other, after an image of `imageSize` bytes at `loadAddress`: in the same
 * bank of memory and clear of U-Boot. Throws HarnessError (usage) when there is no room.
 */
export function roomBehind(
  board: { name: string; memory: readonly Range[]; loadAddress: number },
  imageSize: number,
  sizes: readonly number[],
): number[] {
  const { name, memory, loadAddress } = board;
  const bank = memory.find(({ base, size }) => loadAddress >= base && loadAddress < base + size);
  const end = (bank ? bank.base + bank.size : loadAddress) - ubootRoom;
  let next = up(loadAddress + imageSize);
  const places = sizes.map((size) => {
    const place = next;
    next = up(place + size);
    return place;
  });
  if (next <= end && loadAddress + imageSize <= end) return places;
  throw new HarnessError('usage', `the image is too large for ${name}`, {
    expected: `at most ${end - loadAddress} bytes from ${hex(loadAddress)} with the memory that U-Boot needs`,
    got: `${next - loadAddress} bytes`,
    wayOut: 'use a smaller guest kernel or initrd',
  });
}
