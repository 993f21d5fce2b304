// SPDX-License-Identifier: BSD-2-Clause
/**
 * Checks an image before anything waits for it. A file that no CPU can start would make the run wait out the limit of
 * silence and then blame the board. An image has no magic number, so only what it cannot be is recognised: nothing, text, a file of
 * another kind.
 */
import { closeSync, readSync } from 'node:fs';
import { HarnessError } from '../base/error.js';
import { openRegular } from '../base/read-file.js';

/** Number of bytes to examine. */
const head = 64;

/** Other kinds of files, by their first bytes in hexadecimal. */
const kinds: readonly { bytes: string; name: string; wayOut: string }[] = [
  {
    bytes: '7f454c46',
    name: 'an ELF file',
    wayOut: 'let the Microkit tool make a raw image: --image-type binary',
  },
  { bytes: '1f8b', name: 'a gzip file', wayOut: 'unpack it with gzip -d' },
  { bytes: 'fd377a585a00', name: 'an xz file', wayOut: 'unpack it with xz -d' },
  { bytes: '28b52ffd', name: 'a zstd file', wayOut: 'unpack it with zstd -d' },
  { bytes: '504b0304', name: 'a zip archive', wayOut: 'unpack it with unzip' },
  {
    bytes: '27051956',
    name: 'a U-Boot image (uImage)',
    wayOut: 'extract the image: dumpimage -o loader.img FILE',
  },
  {
    bytes: 'd00dfeed',
    name: 'a device tree or FIT image',
    wayOut: 'give the image that the Microkit tool made',
  },
];

const isText = (bytes: Buffer) =>
  bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13));

function notAnImage(path: string, got: string, wayOut: string): HarnessError {
  const expected = 'a raw image of the Microkit tool (loader.img), which begins with an instruction';
  return new HarnessError('usage', 'this file is not a bootable image', {
    where: path,
    expected,
    got,
    wayOut,
  });
}

/**
 * Checks an image; `checkSize` may refuse its size first. Throws HarnessError (usage) for a file that cannot be an
 * image.
 */
export function lookAtImage(path: string, checkSize: (size: number) => void = () => {}): void {
  const { fd, size } = openRegular(path, { what: 'the image' });
  try {
    checkSize(size);
    const bytes = Buffer.alloc(head);
    const start = bytes.subarray(0, readSync(fd, bytes, 0, head, 0));
    const build = 'build one: vmm-harness build';
    const kind = kinds.find((one) => start.toString('hex').startsWith(one.bytes));
    if (kind !== undefined) throw notAnImage(path, kind.name, kind.wayOut);
    if (start.length === 0) throw notAnImage(path, 'an empty file', build);
    if (isText(start))
      throw notAnImage(path, `${size} bytes of text: ${start.toString().split('\n', 1)[0]}`, build);
    if (start.every((byte) => byte === 0))
      throw notAnImage(path, `${size} bytes that begin with zeros`, build);
  } finally {
    closeSync(fd);
  }
}
