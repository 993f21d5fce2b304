// SPDX-License-Identifier: BSD-2-Clause
/** The header of an arm64 `Image`. */

import type { Board } from '../../boards/board.js';
import { HarnessError } from '../../harness/base/error.js';
import { hex } from '../../harness/base/text.js';
import { notAnImage } from './lookalikes.js';
import { checkWhole } from './pe.js';

/** The fields of an Image's header (Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image"). */
export interface ImageHeader {
  /** Bytes from a 2 MiB-aligned base to the image's address. */
  textOffset: number;
  /** Bytes that the kernel occupies there, including its BSS. */
  imageSize: number;
  /** Page size in KiB for which it was built; undefined when unspecified. */
  pageSize: 4 | 16 | 64 | undefined;
}

const headerSize = 64;
/** "ARM\x64" at byte 56. */
const imageMagic = 0x644d5241;
const flagBigEndian = 1n << 0n;
/** By bits 2:1 of the flags. */
const pageSizes = [undefined, 4, 16, 64] as const;
/** Kernels before 3.17 leave image_size 0, which implies this offset. */
const oldTextOffset = 0x8_0000;

/** Reads and checks the header of a plain Image. `where` names the file in errors. */
export function imageHeader(data: Buffer, where: string): ImageHeader {
  if (data.length < headerSize || data.readUInt32LE(56) !== imageMagic) throw notAnImage(where, data);
  const flags = data.readBigUInt64LE(24);
  if (flags & flagBigEndian) {
    throw new HarnessError('usage', 'a big-endian kernel', {
      where,
      expected: 'flags bit 0 clear (little-endian)',
      got: 'flags bit 0 set',
      wayOut: 'build it with CONFIG_CPU_LITTLE_ENDIAN=y',
    });
  }
  checkWhole(data, where);
  const pageSize = pageSizes[Number((flags >> 1n) & 3n)];
  const textOffset = data.readBigUInt64LE(8);
  const imageSize = data.readBigUInt64LE(16);
  if (imageSize === 0n) return { textOffset: oldTextOffset, imageSize: data.length, pageSize };
  if (
    textOffset > Number.MAX_SAFE_INTEGER ||
    imageSize > Number.MAX_SAFE_INTEGER ||
    imageSize < data.length
  ) {
    throw new HarnessError('usage', 'the kernel is damaged', {
      where,
      expected: `an image_size of at least the file's ${data.length} bytes`,
      got: `text_offset ${hex(textOffset)}, image_size ${hex(imageSize)}`,
    });
  }
  return { textOffset: Number(textOffset), imageSize: Number(imageSize), pageSize };
}

/** Refuses a kernel with a page size that the board's CPU does not support: it would stop before its first line. */
export function checkPageSize({ pageSize }: ImageHeader, { name, cpu }: Board, where: string): void {
  if (pageSize === undefined || cpu.pageSizes.includes(pageSize)) return;
  throw new HarnessError(
    'usage',
    `a kernel for pages of ${pageSize} KiB, which the CPU of ${name} does not have`,
    {
      where,
      expected: `pages of ${cpu.pageSizes.join(' or ')} KiB: ${cpu.compatible} has no others`,
      got: `${pageSize} KiB (flags bits 2:1 of its header)`,
      wayOut: 'build it with CONFIG_ARM64_4K_PAGES=y',
    },
  );
}

/** The output of `uname -r`, from the banner in the image; undefined when there is none. */
export function kernelRelease(image: Buffer): string | undefined {
  const banner = 'Linux version ';
  for (let at = image.indexOf(banner); at >= 0; at = image.indexOf(banner, at + 1)) {
    const match = /^Linux version (\d\S*) \(/.exec(image.toString('latin1', at, at + 120));
    if (match) return match[1];
  }
  return undefined;
}
