// SPDX-License-Identifier: BSD-2-Clause
import { gzipSync } from 'node:zlib';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { checkPageSize, imageHeader, kernelRelease } from '../../../guest-builder/linux/image.js';
import { plainImage } from '../../../guest-builder/linux/unpack.js';
import { limits } from '../../../harness/base/limits.js';
import { run, test } from '../../support/test.js';
import { errorOf, sampleImage } from './samples.js';

test('the header gives the size in memory, with the BSS, and the text offset', () => {
  assert.equal(imageHeader(sampleImage(4096, 0x20_0000, 0x8_0000), 'Image'), {
    textOffset: 0x8_0000,
    imageSize: 0x20_0000,
    pageSize: 4,
  });
});

test('an old kernel without image_size lies at 0x80000', () => {
  assert.equal(imageHeader(sampleImage(4096, 0), 'Image'), {
    textOffset: 0x8_0000,
    imageSize: 4096,
    pageSize: 4,
  });
});

test('the release is read from the banner', () => {
  assert.is(kernelRelease(sampleImage()), '6.1.0-99-cloud-arm64');
  assert.is(kernelRelease(Buffer.from('Linux version %s (')), undefined);
});

test('a kernel packed with gzip is unpacked', () => {
  assert.ok(plainImage(gzipSync(sampleImage()), 'vmlinuz').equals(sampleImage()));
});

function zboot(payload: Buffer, method: string): Buffer {
  const file = Buffer.alloc(64 + payload.length);
  file.write('MZ\0\0zimg', 0, 'latin1');
  file.writeUInt32LE(64, 8);
  file.writeUInt32LE(payload.length, 12);
  file.write(method, 24, 'latin1');
  payload.copy(file, 64);
  return file;
}

test('an EFI zboot kernel packed with gzip is unpacked', () => {
  assert.ok(plainImage(zboot(gzipSync(sampleImage()), 'gzip'), 'vmlinuz').equals(sampleImage()));
});

test('an EFI zboot kernel packed otherwise is refused with how it is packed', async () => {
  const error = await errorOf(() => plainImage(zboot(Buffer.from('payload'), 'zstd22'), 'vmlinuz'));
  assert.is(error.detail.got, 'zstd22');
});

test('a gzip stream that ends early is refused', async () => {
  const error = await errorOf(() => plainImage(gzipSync(sampleImage()).subarray(0, 40), 'vmlinuz'));
  assert.match(error.message, 'damaged');
});

test('a zboot header that points outside the file is refused', async () => {
  const file = zboot(Buffer.from('payload'), 'gzip');
  file.writeUInt32LE(0xffff_fff0, 8);
  assert.match((await errorOf(() => plainImage(file, 'vmlinuz'))).message, 'damaged');
});

const strangers: [string, Buffer, RegExp][] = [
  ['an ELF file', Buffer.from('\x7fELF and so on', 'latin1'), /an ELF file/],
  ['a device tree', Buffer.from('d00dfeed00000000', 'hex'), /device tree/],
  ['an xz file', Buffer.from('fd377a585a000000', 'hex'), /xz/],
  ['an empty file', Buffer.alloc(0), /an empty file/],
  ['text', Buffer.from('hello, kernel'), /13 bytes that begin with 68656c6c6f2c206b/],
  ['an Image cut off in its header', sampleImage().subarray(0, 60), /60 bytes/],
];

for (const [what, data, got] of strangers) {
  test(`${what} is no Image and the error says what it is`, async () => {
    const error = await errorOf(() => imageHeader(data, 'my-kernel'));
    assert.is(error.exitCode, 2);
    assert.is(error.detail.where, 'my-kernel');
    assert.match(error.detail.got ?? '', got);
  });
}

test('a kernel for x86 is named as such', async () => {
  const bzImage = Buffer.alloc(0x400);
  bzImage.write('HdrS', 0x202, 'latin1');
  assert.match((await errorOf(() => imageHeader(bzImage, 'bzImage'))).detail.got ?? '', 'x86');
});

test('a big-endian kernel is refused', async () => {
  const image = sampleImage();
  image.writeBigUInt64LE(0b1011n, 24);
  assert.match((await errorOf(() => imageHeader(image, 'Image'))).message, 'big-endian');
});

test('an image_size below the size of the file is refused', async () => {
  assert.match((await errorOf(() => imageHeader(sampleImage(4096, 4095), 'Image'))).message, 'damaged');
});

/** An Image with pages of a size in its flags: 0 unknown, 1 4 KiB, 2 16 KiB, 3 64 KiB. */
function withPages(bits: bigint): Buffer {
  const image = sampleImage();
  image.writeBigUInt64LE(0b1000n | (bits << 1n), 24);
  return image;
}

test('a kernel whose pages the CPU of the board does not have is refused', async () => {
  const [a53, a55] = [boards.get('qemu_virt_aarch64'), boards.get('odroidc4')];
  if (a53 === undefined || a55 === undefined) throw new Error('the boards are there');
  const check = (bits: bigint, board: Board) =>
    checkPageSize(imageHeader(withPages(bits), 'Image'), board, 'Image');
  const error = await errorOf(() => check(2n, a53));
  assert.equal([error.exitCode, error.detail.got], [2, '16 KiB (flags bits 2:1 of its header)']);
  assert.match(error.message, 'pages of 16 KiB, which the CPU of qemu_virt_aarch64 does not have');
  for (const bits of [0n, 1n, 3n]) check(bits, a53);
  check(2n, a55);
});

/** An Image with a PE header: one section of data, and the certificates of a signed kernel behind it. */
function withSections(): Buffer {
  const image = sampleImage(4096, 8192);
  image.write('MZ', 0, 'latin1');
  image.writeUInt32LE(64, 60);
  image.write('PE\0\0', 64, 'latin1');
  image.writeUInt16LE(1, 64 + 6);
  image.writeUInt16LE(160, 64 + 20);
  image.writeUInt32LE(4000, 64 + 24 + 144);
  image.writeUInt32LE(96, 64 + 24 + 148);
  const row = 64 + 24 + 160;
  image.writeUInt32LE(3000, row + 16);
  image.writeUInt32LE(1000, row + 20);
  return image;
}

test('an Image that is cut anywhere behind its header is refused', async () => {
  const image = withSections();
  imageHeader(image, 'Image');
  for (let length = 64; length < image.length; length++) {
    const error = await errorOf(() => imageHeader(image.subarray(0, length), 'Image'));
    assert.is(error.message, 'the kernel is cut short', `${length} bytes`);
  }
});

test('the unpacked size of a gzip stream is limited, and so is the nesting of gzip streams', async () => {
  const large = gzipSync(Buffer.alloc(limits.kernel.most + 1));
  assert.match((await errorOf(() => plainImage(large, 'bomb'))).message, 'too large');
  let layers: Buffer = sampleImage();
  for (let count = 0; count < 3; count++) layers = gzipSync(layers);
  assert.ok(plainImage(layers, 'vmlinuz').equals(sampleImage()));
  assert.match(
    (await errorOf(() => plainImage(gzipSync(layers), 'vmlinuz'))).message,
    'packed too many times',
  );
});

const commands: [what: string, data: Buffer, wayOut: string][] = [
  ['a uImage', Buffer.from('27051956', 'hex'), 'dumpimage -T kernel -p 0 -o Image a-kernel'],
  ['an lz4 frame', Buffer.from('04224d18', 'hex'), 'lz4 -dc a-kernel > Image'],
  ['an lz4 stream of the legacy format', Buffer.from('02214c18', 'hex'), 'lz4 -dc a-kernel > Image'],
  ['a zstd frame', Buffer.from('28b52ffd', 'hex'), 'zstd -dc a-kernel > Image'],
  ['a vmlinux', Buffer.from('7f454c46', 'hex'), 'aarch64-linux-gnu-objcopy -O binary a-kernel Image'],
];

for (const [what, data, wayOut] of commands) {
  test(`${what} is told with the command that makes an Image of it`, async () => {
    const { detail } = await errorOf(() => imageHeader(data, 'a-kernel'));
    assert.is(detail.wayOut, wayOut);
  });
}

test('the name of a file is quoted in a command that is printed', async () => {
  const { detail } = await errorOf(() => imageHeader(Buffer.from('27051956', 'hex'), "a kernel's"));
  assert.is(detail.wayOut, "dumpimage -T kernel -p 0 -o Image 'a kernel'\\''s'");
});

test('a FIT image is told from a device tree, with the place of its kernel', async () => {
  const compiled = (dts: string) =>
    execaSync('dtc', ['-q', '-O', 'dtb', '-'], { input: `/dts-v1/; ${dts}`, encoding: 'buffer' }).stdout;
  const images = '/ { images { a { type = "flat_dt"; }; b { type = "kernel"; }; }; };';
  const fit = await errorOf(() => imageHeader(Buffer.from(compiled(images)), 'x.itb'));
  assert.is(fit.detail.wayOut, 'extract its kernel: dumpimage -T flat_dt -p 1 -o Image x.itb');
  const tree = await errorOf(() => imageHeader(Buffer.from(compiled('/ { };')), 'x.dtb'));
  assert.equal([tree.detail.got, tree.detail.wayOut], ['a flattened device tree', 'give it as --dtb']);
});

run();
