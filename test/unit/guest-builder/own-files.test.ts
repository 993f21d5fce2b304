// SPDX-License-Identifier: BSD-2-Clause
/** A user's own kernel, initrd and device tree. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { buildLinuxGuest, type LinuxGuestRequest } from '../../../guest-builder/linux/build.js';
import { run, test } from '../../support/test.js';
import { errorOf, sampleImage, withFolder } from './samples.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');

/** A request whose kernel and initrd are the user's, so that nothing is fetched. */
function ownFiles(dir: string): LinuxGuestRequest & { kernel: string; initrd: string } {
  const kernel = join(dir, 'my-Image');
  const initrd = join(dir, 'my-initrd');
  writeFileSync(kernel, sampleImage(4096, 2 ** 20));
  writeFileSync(initrd, Buffer.alloc(5000, 1));
  // A cache that can't be made: nothing may need it.
  return {
    board: board as NonNullable<typeof board>,
    vcpus: 1,
    kernel,
    initrd,
    outDir: join(dir, 'out'),
    cacheDir: '/dev/null',
  };
}

function compile(dir: string, dts: string): string {
  const path = join(dir, 'my.dtb');
  execaSync('dtc', ['-q', '-O', 'dtb', '-o', path, '-'], { input: `/dts-v1/; ${dts}` });
  return path;
}

const treeWith = (memory: string, chosen: string) =>
  `/ { #address-cells = <2>; #size-cells = <2>; memory@0 { reg = <${memory}>; }; chosen { ${chosen} }; };`;
const ramCells = '0 0x40000000 0 0x10000000';
const initrdAt = (start: number, end: number) =>
  `linux,initrd-start = <${start}>; linux,initrd-end = <${end}>;`;

test('a kernel and an initrd of the user are used where they lie, and nothing is fetched', async () => {
  await withFolder(async (dir) => {
    const request = ownFiles(dir);
    const guest = await buildLinuxGuest(request);
    assert.is(guest.kernel, request.kernel);
    assert.is(guest.initrd, request.initrd);
    assert.is(guest.kernelRelease, '6.1.0-99-cloud-arm64');
    assert.is(guest.layout.initrd.size, 5000);
    assert.is(readFileSync(guest.dtb).readUInt32BE(0), 0xd00dfeed);
  });
});

test('a packed kernel of the user is unpacked into the output folder', async () => {
  await withFolder(async (dir) => {
    const request = ownFiles(dir);
    writeFileSync(request.kernel, gzipSync(sampleImage(4096, 2 ** 20)));
    const guest = await buildLinuxGuest(request);
    assert.is(guest.kernel, join(dir, 'out', 'Image'));
    assert.ok(readFileSync(guest.kernel).equals(sampleImage(4096, 2 ** 20)));
  });
});

test('a second build leaves unchanged files alone', async () => {
  await withFolder(async (dir) => {
    const request = ownFiles(dir);
    const { dtb } = await buildLinuxGuest(request);
    const before = statSync(dtb, { bigint: true }).mtimeNs;
    await buildLinuxGuest(request);
    assert.is(statSync(dtb, { bigint: true }).mtimeNs, before);
    await buildLinuxGuest({ ...request, vcpus: 2 });
    assert.is.not(statSync(dtb, { bigint: true }).mtimeNs, before);
  });
});

test('a kernel that is none is refused with its name', async () => {
  await withFolder(async (dir) => {
    const request = ownFiles(dir);
    const error = await errorOf(() => buildLinuxGuest({ ...request, kernel: request.initrd }));
    assert.is(error.detail.where, request.initrd);
    assert.is(error.exitCode, 2);
  });
});

test('a kernel that does not fit is refused', async () => {
  await withFolder(async (dir) => {
    const request = ownFiles(dir);
    writeFileSync(request.kernel, sampleImage(4096, 2 ** 28));
    assert.match((await errorOf(() => buildLinuxGuest(request))).message, 'overlap');
  });
});

for (const option of ['kernel', 'initrd', 'dtb'] as const) {
  test(`a missing file and a folder given with --${option} are refused`, async () => {
    await withFolder(async (dir) => {
      const request = ownFiles(dir);
      const missing = await errorOf(() => buildLinuxGuest({ ...request, [option]: join(dir, 'missing') }));
      assert.match(missing.message, `--${option} cannot be read`);
      mkdirSync(join(dir, 'folder'));
      const folder = await errorOf(() => buildLinuxGuest({ ...request, [option]: join(dir, 'folder') }));
      assert.match(folder.message, 'is not a file');
      assert.is(folder.exitCode, 2);
    });
  });
}

test("a user's device tree decides where the initrd lies", async () => {
  await withFolder(async (dir) => {
    const request = ownFiles(dir);
    const dtb = compile(dir, treeWith(ramCells, initrdAt(0x4800_0000, 0x4800_2000)));
    const guest = await buildLinuxGuest({ ...request, dtb });
    assert.equal(guest.layout.initrd, { base: 0x4800_0000, size: 5000 });
    assert.ok(readFileSync(guest.dtb).equals(readFileSync(dtb)));
  });
});

const refusedTrees: [string, string, RegExp][] = [
  [
    'with other RAM',
    treeWith('0 0x80000000 0 0x10000000', initrdAt(0x4800_0000, 0x4800_2000)),
    /memory is not/,
  ],
  [
    'with more RAM',
    treeWith('0 0x40000000 0 0x20000000', initrdAt(0x4800_0000, 0x4800_2000)),
    /memory is not/,
  ],
  [
    'without RAM',
    '/ { chosen { linux,initrd-start = <0x48000000>; linux,initrd-end = <0x48002000>; }; };',
    /memory is not/,
  ],
  ['without an initrd', treeWith(ramCells, ''), /where the initrd lies/],
  [
    'with too short an initrd',
    treeWith(ramCells, initrdAt(0x4800_0000, 0x4800_1000)),
    /where the initrd lies/,
  ],
  ['with its initrd on the kernel', treeWith(ramCells, initrdAt(0x4000_0000, 0x4000_2000)), /overlap/],
];

for (const [what, dts, message] of refusedTrees) {
  test(`a device tree ${what} is refused`, async () => {
    await withFolder(async (dir) => {
      const dtb = compile(dir, dts);
      const error = await errorOf(() => buildLinuxGuest({ ...ownFiles(dir), dtb }));
      assert.match(error.message, message);
      assert.is(error.exitCode, 2);
    });
  });
}

const strangers: [string, Buffer, RegExp][] = [
  ['device tree source', Buffer.from('/dts-v1/;\n/ { };\n'), /device tree source/],
  ['an empty file', Buffer.alloc(0), /begin with nothing/],
  ['an Image', sampleImage(), /begin with 00000000/],
  ['a blob that is cut off', Buffer.from(`d00dfeed00001000${'00'.repeat(40)}`, 'hex'), /promises 4096 bytes/],
];

for (const [what, data, got] of strangers) {
  test(`${what} is no device tree and the error says what it is`, async () => {
    await withFolder(async (dir) => {
      const dtb = join(dir, 'my.dtb');
      writeFileSync(dtb, data);
      const error = await errorOf(() => buildLinuxGuest({ ...ownFiles(dir), dtb }));
      assert.match(error.detail.got ?? '', got);
    });
  });
}

for (const vcpus of [0, 5, 1.5, Number.NaN]) {
  test(`${vcpus} vCPUs are refused`, async () => {
    await withFolder(async (dir) => {
      assert.match((await errorOf(() => buildLinuxGuest({ ...ownFiles(dir), vcpus }))).message, 'vCPUs');
    });
  });
}

run();
