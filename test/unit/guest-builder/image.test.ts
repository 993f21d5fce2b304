// SPDX-License-Identifier: BSD-2-Clause
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { imageHeader, kernelRelease, plainImage } from '../../../guest-builder/linux/image.js';
import { run, test } from '../../support/test.js';
import { errorOf, sampleImage } from './samples.js';

test('the header gives the size in memory, with the BSS, and the text offset', () => {
  assert.equal(imageHeader(sampleImage(4096, 0x20_0000, 0x8_0000), 'Image'), {
    textOffset: 0x8_0000,
    imageSize: 0x20_0000,
  });
});

test('an old kernel without image_size lies at 0x80000', () => {
  assert.equal(imageHeader(sampleImage(4096, 0), 'Image'), { textOffset: 0x8_0000, imageSize: 4096 });
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

run();
