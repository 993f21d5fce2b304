// SPDX-License-Identifier: BSD-2-Clause
/**
 * Files that are mistaken for an arm64 Image. Each is recognised, and the error has the command that makes an Image of
 * it.
 */
import { HarnessError } from '../../harness/base/error.js';
import { quoted } from '../../harness/base/quote.js';
import { childNamed, readFdt, stringOf } from './fdt.js';

interface Lookalike {
  name: string;
  /** Its bytes at `at` in hexadecimal; by default its first bytes. */
  bytes: string;
  at?: number;
  wayOut: (file: string, data: Buffer) => string;
}

const unpackWith = (tool: string) => (file: string) => `${tool} -dc ${file} > Image`;
const takeArm64 = () => "use a kernel built for arm64: Debian's linux-image-cloud-arm64 has one";

const lookalikes: readonly Lookalike[] = [
  {
    name: 'an ELF file (vmlinux)',
    bytes: '7f454c46',
    wayOut: (file) => `aarch64-linux-gnu-objcopy -O binary ${file} Image`,
  },
  { name: 'a bzImage for x86', at: 0x202, bytes: '48647253', wayOut: takeArm64 },
  { name: 'a zImage for 32-bit Arm', at: 0x24, bytes: '18286f01', wayOut: takeArm64 },
  {
    name: 'a U-Boot image (uImage)',
    bytes: '27051956',
    wayOut: (file) => `dumpimage -T kernel -p 0 -o Image ${file}`,
  },
  { name: 'packed with xz', bytes: 'fd377a585a00', wayOut: unpackWith('xz') },
  { name: 'packed with lzma', bytes: '5d0000', wayOut: unpackWith('xz') },
  { name: 'packed with bzip2', bytes: '425a68', wayOut: unpackWith('bzip2') },
  { name: 'packed with zstd', bytes: '28b52ffd', wayOut: unpackWith('zstd') },
  { name: 'packed with lz4', bytes: '04224d18', wayOut: unpackWith('lz4') },
  { name: 'packed with lz4 (the legacy format)', bytes: '02214c18', wayOut: unpackWith('lz4') },
];

const hexOf = (data: Uint8Array, at: number, length: number) =>
  Buffer.from(data.subarray(at, at + length)).toString('hex');

/** A FIT image is a device tree with /images (U-Boot, doc/usage/fit). Finds the index of its kernel. */
function fit(file: string, data: Buffer): { name: string; wayOut: string } {
  const tree = { name: 'a flattened device tree', wayOut: 'give it as --dtb' };
  try {
    const images = childNamed(readFdt(data, file), 'images')?.children;
    if (images === undefined) return tree;
    const kernel = images.findIndex((image) => stringOf(image, 'type')?.startsWith('kernel'));
    if (kernel < 0) return { name: 'a FIT image without a kernel', wayOut: 'use one with a kernel' };
    return {
      name: 'a FIT image',
      wayOut: `extract its kernel: dumpimage -T flat_dt -p ${kernel} -o Image ${quoted(file)}`,
    };
  } catch (error) {
    if (error instanceof HarnessError) return tree;
    throw error;
  }
}

/** The error for a file that is not an Image. */
export function notAnImage(where: string, data: Buffer): HarnessError {
  const known = lookalikes.find(({ at = 0, bytes }) => hexOf(data, at, bytes.length / 2) === bytes);
  const { name, wayOut } =
    hexOf(data, 0, 4) === 'd00dfeed'
      ? fit(where, data)
      : { name: known?.name, wayOut: known?.wayOut(quoted(where), data) };
  const other =
    data.length === 0 ? 'an empty file' : `${data.length} bytes that begin with ${hexOf(data, 0, 8)}`;
  return new HarnessError('usage', 'not an arm64 Linux Image', {
    where,
    expected: 'an arm64 Linux Image ("ARMd" at byte 56), or one packed with gzip',
    got: name ?? other,
    wayOut: wayOut ?? 'use arch/arm64/boot/Image of a kernel build',
  });
}
