// SPDX-License-Identifier: BSD-2-Clause
/** Images that linux_setup_images accepts and refuses. A refusal leaves guest RAM unchanged. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { ask, hex } from './subject.js';

const ram = 0x4000_0000;
const ramSize = 0x80_0000;
const end = ram + ramSize;
const wraps = 0xffff_ffff_ffff_fff8n;

const good = {
  magic: 0x644d_5241n,
  textOffset: 0n,
  imageSize: 0x20_0000n,
  flags: 0xan,
  kernelSize: 0x10_0000n,
  dtbMagic: 0xd00d_feedn,
  dtbTotal: 0x1000n,
  dtbSize: 0x1000n,
  dtbDest: BigInt(ram + 0x30_0000),
  initrdSize: 0x4000n,
  initrdDest: BigInt(ram + 0x40_0000),
};
type Images = { [name in keyof typeof good]?: number | bigint };

const place = (images: Images) =>
  ask([
    `images ${Object.values({ ...good, ...images })
      .map((value) => hex(value))
      .join(' ')}`,
  ])[0];

const taken: [string, Images, number?][] = [
  ['images that lie apart inside RAM', {}],
  ['a kernel at its text offset', { textOffset: 0x8_0000 }, ram + 0x8_0000],
  ['a kernel of before Linux 3.17, without image size', { imageSize: 0, textOffset: 0x1234 }, ram + 0x8_0000],
  ['a kernel whose BSS ends where the device tree begins', { imageSize: 0x30_0000 }],
  [
    'a kernel that fills the RAM',
    { imageSize: ramSize - 0x2000, dtbDest: end - 0x2000, initrdDest: end - 0x1000, initrdSize: 0x1000 },
  ],
  ['an initrd that ends with the RAM', { initrdDest: end - 0x4000 }],
  ['a device tree that ends with the RAM', { dtbDest: end - 0x1000 }],
  ['a device tree smaller than its file', { dtbTotal: 0x800 }],
  ['no initrd, wherever it would go', { initrdSize: 0, initrdDest: 0 }],
];
for (const [name, images, entry = ram] of taken) {
  test(`accepts ${name}`, () => assert.is(place(images), `${hex(entry)} written`));
}

const refused: [string, Images][] = [
  ['a kernel without the magic', { magic: 0x644d_5240 }],
  ['a kernel shorter than its header', { kernelSize: 63 }],
  ['an empty kernel', { kernelSize: 0 }],
  ['a big-endian kernel', { flags: 0xb }],
  ['a kernel whose BSS leaves the RAM', { imageSize: ramSize + 1, initrdSize: 0 }],
  ['a kernel whose size wraps', { imageSize: wraps }],
  ['a kernel whose text offset leaves the RAM', { textOffset: ramSize }],
  ['a kernel whose text offset wraps', { textOffset: wraps }],
  ['a kernel whose text offset is no multiple of 4', { textOffset: 2 }],
  [
    'a file larger than the image size that it states, into the device tree',
    { imageSize: 0x1000, kernelSize: 0x30_0001 },
  ],
  ['a device tree without the magic', { dtbMagic: 0xedfe_0dd0 }],
  ['a device tree shorter than its header', { dtbSize: 39, dtbTotal: 39 }],
  ['a device tree that says it is shorter than its header', { dtbTotal: 39 }],
  ['a device tree longer than its file', { dtbTotal: 0x1001 }],
  ['a device tree of more than 2 MiB', { dtbSize: 0x20_0008, dtbTotal: 0x20_0008, dtbDest: ram + 0x50_0000 }],
  ['a device tree at no multiple of 8', { dtbDest: ram + 0x30_0004 }],
  ['a device tree inside the kernel', { dtbDest: ram + 0x1000 }],
  ["a device tree inside the kernel's BSS", { dtbDest: ram + 0x1f_fff8 }],
  ['a device tree below the RAM', { dtbDest: ram - 8 }],
  ['a device tree across the end of RAM', { dtbDest: end - 0xff8 }],
  ['a device tree at the end of all addresses', { dtbDest: wraps }],
  ['an initrd that begins inside the device tree', { initrdDest: ram + 0x30_0fff }],
  ['an initrd that ends inside the device tree', { initrdDest: ram + 0x2f_c001 }],
  ["an initrd inside the kernel's BSS", { initrdDest: ram + 0x1f_ffff }],
  ['an initrd across the end of RAM', { initrdDest: end - 0x3fff }],
  ['an initrd at the end of all addresses', { initrdDest: wraps }],
];
for (const [name, images] of refused) {
  test(`refuses ${name}`, () => assert.is(place(images), `${'f'.repeat(16)} untouched`));
}

run();
