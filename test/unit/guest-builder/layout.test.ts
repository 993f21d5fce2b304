// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { type LayoutRequest, layoutGuest } from '../../../guest-builder/linux/layout.js';
import { run, test } from '../../support/test.js';
import { errorOf } from './samples.js';

const MiB = 2 ** 20;
const request: LayoutRequest = {
  ram: { base: 0x4000_0000, size: 256 * MiB },
  kernel: { textOffset: 0, imageSize: 27 * MiB },
  dtbSize: 1500,
  initrdSize: MiB + 1,
};

test('the device tree is at the end of RAM, the initrd page-aligned below it', () => {
  const { kernel, dtb, initrd } = layoutGuest(request);
  assert.equal(kernel, { base: 0x4000_0000, size: 27 * MiB });
  assert.equal(dtb, { base: 0x4fe0_0000, size: 1500 });
  assert.equal(initrd, { base: 0x4fcf_f000, size: MiB + 1 });
});

test('addresses above 4 GiB are exact', () => {
  const { initrd } = layoutGuest({ ...request, ram: { base: 0x10_4000_0000, size: 256 * MiB } });
  assert.is(initrd.base, 0x10_4fcf_f000);
});

test('given addresses are kept', () => {
  const { dtb, initrd } = layoutGuest({ ...request, dtbAddress: 0x4f00_0000, initrdAddress: 0x4d70_0000 });
  assert.is(dtb.base, 0x4f00_0000);
  assert.is(initrd.base, 0x4d70_0000);
});

test('the kernel begins at its text offset', () => {
  const { kernel } = layoutGuest({ ...request, kernel: { textOffset: 0x8_0000, imageSize: MiB } });
  assert.is(kernel.base, 0x4008_0000);
});

test('a kernel and an initrd that just touch are accepted', () => {
  const ram = { base: 0x4000_0000, size: 4 * MiB };
  const full = { ...request, ram, kernel: { textOffset: 0, imageSize: MiB }, initrdSize: MiB };
  assert.is(layoutGuest(full).initrd.base, 0x4010_0000);
});

const refused: [string, Partial<LayoutRequest>, RegExp][] = [
  [
    'RAM that does not begin at a 2 MiB boundary',
    { ram: { base: 0x4010_0000, size: 64 * MiB } },
    /RAM begins where/,
  ],
  ['a kernel larger than RAM', { kernel: { textOffset: 0, imageSize: 257 * MiB } }, /kernel does not fit/],
  [
    'a BSS that extends beyond RAM',
    { kernel: { textOffset: 256 * MiB - 4096, imageSize: 8192 } },
    /kernel does not/,
  ],
  ['a device tree above 2 MiB', { dtbSize: 2 * MiB + 1 }, /too large/],
  ['a device tree off an 8-byte boundary', { dtbAddress: 0x4f00_0004 }, /misaligned/],
  [
    'a device tree below RAM',
    { dtbAddress: 0x3fff_f000, initrdAddress: 0x4d70_0000 },
    /device tree does not fit/,
  ],
  ['a device tree that ends outside RAM', { dtbAddress: 0x4fff_ff00 }, /device tree does not fit/],
  ['an initrd larger than RAM', { initrdSize: 300 * MiB }, /initrd does not fit/],
  ['an initrd on the kernel', { initrdAddress: 0x4100_0000 }, /kernel and initrd overlap/],
  ['an initrd that reaches down to the kernel', { initrdSize: 230 * MiB }, /kernel and initrd overlap/],
  [
    'a device tree on the kernel',
    { dtbAddress: 0x4000_1000, initrdAddress: 0x4d70_0000 },
    /kernel and device tree/,
  ],
  ['an initrd on the device tree', { initrdAddress: 0x4fdf_f000 }, /initrd and device tree overlap/],
];

for (const [what, change, message] of refused) {
  test(`${what} is refused`, async () => {
    const error = await errorOf(() => layoutGuest({ ...request, ...change }));
    assert.match(error.message, message);
    assert.is(error.exitCode, 2);
    assert.ok(error.detail.got);
  });
}

run();
