// SPDX-License-Identifier: BSD-2-Clause
/** Kernel images for arm64: the header of `Image`, and the packed forms that distributions ship. */
import { gunzipSync } from 'node:zlib';
import { HarnessError } from '../../harness/base/error.js';

/** What an Image says of itself (Linux, Documentation/arm64/booting.rst, "Call the kernel image"). */
export interface ImageHeader {
  /** Bytes from a 2 MiB-aligned base to where the image wants to lie. */
  textOffset: number;
  /** Bytes that the kernel takes up there, its BSS included. */
  imageSize: number;
}

const headerSize = 64;
/** "ARM\x64" at byte 56. */
const imageMagic = 0x644d5241;
const flagBigEndian = 1n << 0n;
/** Kernels before 3.17 leave image_size 0 and mean this offset. */
const oldTextOffset = 0x8_0000;

/** Other files that people take for an Image, by their first bytes (or those at `at`). */
const lookalikes: { name: string; at: number; bytes: string; wayOut: string }[] = [
  { name: 'an ELF file (vmlinux)', at: 0, bytes: '7f454c46', wayOut: 'objcopy -O binary vmlinux Image' },
  {
    name: 'a bzImage for x86',
    at: 0x202,
    bytes: '48647253',
    wayOut: "take a kernel built for arm64: Debian's linux-image-cloud-arm64 has one",
  },
  { name: 'a zImage for 32-bit Arm', at: 0x24, bytes: '18286f01', wayOut: 'take a kernel built for arm64' },
  { name: 'a U-Boot image (uImage)', at: 0, bytes: '27051956', wayOut: 'dumpimage -o Image uImage' },
  { name: 'a flattened device tree or FIT image', at: 0, bytes: 'd00dfeed', wayOut: 'give it as --dtb' },
  { name: 'packed with xz', at: 0, bytes: 'fd377a585a00', wayOut: 'unpack it with xz -dc' },
  { name: 'packed with zstd', at: 0, bytes: '28b52ffd', wayOut: 'unpack it with zstd -dc' },
  { name: 'packed with lz4', at: 0, bytes: '02214c18', wayOut: 'unpack it with lz4 -dc' },
];

function hex(data: Uint8Array, at: number, length: number): string {
  return Buffer.from(data.subarray(at, at + length)).toString('hex');
}

function notAnImage(where: string, data: Uint8Array): HarnessError {
  const expected = 'an arm64 Linux Image ("ARMd" at byte 56), or one packed with gzip';
  const known = lookalikes.find(({ at, bytes }) => hex(data, at, bytes.length / 2) === bytes);
  return new HarnessError('usage', 'not an arm64 Linux Image', {
    where,
    expected,
    got:
      known?.name ??
      (data.length === 0 ? 'an empty file' : `${data.length} bytes that begin with ${hex(data, 0, 8)}`),
    wayOut: known?.wayOut ?? 'arch/arm64/boot/Image of a kernel build is such a file',
  });
}

function unpackError(where: string, cause: unknown): HarnessError {
  return new HarnessError('usage', 'the packed kernel is damaged', {
    where,
    expected: 'a whole gzip stream',
    got: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}

function gunzip(data: Uint8Array, where: string): Buffer {
  try {
    return gunzipSync(data);
  } catch (cause) {
    throw unpackError(where, cause);
  }
}

/** The payload of an EFI zboot file (Linux, drivers/firmware/efi/libstub/zboot-header.S). */
function unzboot(data: Buffer, where: string): Buffer {
  const offset = data.readUInt32LE(8);
  const size = data.readUInt32LE(12);
  const method = data.toString('latin1', 24, 56).replace(/\0.*$/s, '');
  if (method !== 'gzip') {
    throw new HarnessError('usage', 'a kernel in an EFI zboot file that is not packed with gzip', {
      where,
      expected: 'gzip',
      got: method,
      wayOut: `cut out ${size} bytes at ${offset} and unpack them with ${method}`,
    });
  }
  if (offset + size > data.length) {
    throw unpackError(where, new Error(`its header promises ${offset + size} bytes, it has ${data.length}`));
  }
  return gunzip(data.subarray(offset, offset + size), where);
}

/** The plain Image in `data`: as it is, or unpacked from gzip or an EFI zboot file. `where` names it in errors. */
export function plainImage(data: Buffer, where: string): Buffer {
  if (hex(data, 0, 2) === '1f8b') return plainImage(gunzip(data, where), where);
  if (data.length >= headerSize && data.toString('latin1', 4, 8) === 'zimg') return unzboot(data, where);
  return data;
}

/** Reads and checks the header of a plain Image. `where` names the file in errors. */
export function imageHeader(data: Buffer, where: string): ImageHeader {
  if (data.length < headerSize || data.readUInt32LE(56) !== imageMagic) throw notAnImage(where, data);
  if (data.readBigUInt64LE(24) & flagBigEndian) {
    throw new HarnessError('usage', 'a big-endian kernel', {
      where,
      expected: 'flags bit 0 clear (little-endian)',
      got: 'flags bit 0 set',
      wayOut: 'build it with CONFIG_CPU_LITTLE_ENDIAN=y',
    });
  }
  const textOffset = data.readBigUInt64LE(8);
  const imageSize = data.readBigUInt64LE(16);
  if (imageSize === 0n) return { textOffset: oldTextOffset, imageSize: data.length };
  if (
    textOffset > Number.MAX_SAFE_INTEGER ||
    imageSize > Number.MAX_SAFE_INTEGER ||
    imageSize < data.length
  ) {
    throw new HarnessError('usage', 'the kernel is damaged', {
      where,
      expected: `an image_size of at least the file's ${data.length} bytes`,
      got: `text_offset 0x${textOffset.toString(16)}, image_size 0x${imageSize.toString(16)}`,
    });
  }
  return { textOffset: Number(textOffset), imageSize: Number(imageSize) };
}

/** What `uname -r` will say, from the banner in the image; undefined where there is none. */
export function kernelRelease(image: Buffer): string | undefined {
  const banner = 'Linux version ';
  for (let at = image.indexOf(banner); at >= 0; at = image.indexOf(banner, at + 1)) {
    const match = /^Linux version (\d\S*) \(/.exec(image.toString('latin1', at, at + 120));
    if (match) return match[1];
  }
  return undefined;
}
