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
  // A cache that cannot be created: nothing may need it.
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

test("a user's kernel and initrd are used at their place, and nothing is fetched", async () => {
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

test("a user's packed kernel is unpacked into the output folder", async () => {
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

test('a file that is not a kernel is refused by name', async () => {
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
      assert.equal([/is not a regular file$/.test(folder.message), folder.detail.got], [true, 'a folder']);
      assert.is(folder.exitCode, 2);
    });
  });
}

test("a user's device tree decides where the initrd is placed", async () => {
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
  ['without an initrd', treeWith(ramCells, ''), /give the address of the initrd/],
  [
    'with too short an initrd',
    treeWith(ramCells, initrdAt(0x4800_0000, 0x4800_1000)),
    /give the address of the initrd/,
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

/** A complete tree for the board, with some of its parts replaced. */
const wholeTree = (
  parts: { gic?: string; psci?: string; serial?: string; timer?: string; ram?: string } = {},
) => `/ {
  #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
  memory@40000000 { device_type = "memory"; reg = <${parts.ram ?? ramCells}>; };
  chosen { ${initrdAt(0x4800_0000, 0x4800_2000)} };
  psci { compatible = "arm,psci-1.0", "arm,psci-0.2"; method = "${parts.psci ?? 'smc'}"; };
  timer { compatible = "arm,armv8-timer"; interrupts = <${parts.timer ?? '1 13 4 1 14 4 1 11 4 1 10 4'}>; };
  gic: interrupt-controller@8000000 { ${parts.gic ?? 'compatible = "arm,cortex-a15-gic"; reg = <0 0x8000000 0 0x10000 0 0x8010000 0 0x10000>;'}
    interrupt-controller; #interrupt-cells = <3>; };
  soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x9000000 0x100000>;
    serial@0 { ${parts.serial ?? 'compatible = "arm,pl011", "arm,primecell"; reg = <0 0x1000>; interrupts = <0 1 4>;'} }; };
};`;

test('a complete tree for the board is accepted, with its UART behind a bus', () =>
  withFolder(async (dir) => {
    await buildLinuxGuest({ ...ownFiles(dir), dtb: compile(dir, wholeTree()) });
  }));

test('a tree that requests PSCI by HVC is accepted with a warning that names the way out', () =>
  withFolder(async (dir) => {
    const dtb = compile(dir, wholeTree({ psci: 'hvc' }));
    const { warnings } = await buildLinuxGuest({ ...ownFiles(dir), dtb });
    assert.is(warnings.length, 1);
    assert.match(warnings[0] ?? '', /\/psci asks for PSCI by HVC.*fdtput .* \/psci method smc$/);
    const smc = await buildLinuxGuest({ ...ownFiles(dir), dtb: compile(dir, wholeTree()) });
    assert.equal(smc.warnings, []);
  }));

const foreignTrees: [what: string, dts: string, expected: RegExp, got: RegExp][] = [
  [
    "a GICv3's",
    wholeTree({ gic: 'compatible = "arm,gic-v3"; reg = <0 0x8000000 0 0x10000 0 0x80a0000 0 0xf60000>;' }),
    /^a GICv2 at 0x8000000 and 0x8010000$/,
    /^\/interrupt-controller@8000000 is a GICv3 \("arm,gic-v3"\)$/,
  ],
  [
    'a GIC elsewhere',
    wholeTree({ gic: 'compatible = "arm,gic-400"; reg = <0 0xff840000 0 0x1000 0 0xff842000 0 0x2000>;' }),
    /^its frames at 0x8000000 and 0x8010000$/,
    /at 0xff840000 and 0xff842000$/,
  ],
  ['PSCI by no call', wholeTree({ psci: 'smx' }), /^PSCI by SMC/, /^\/psci with method = "smx"$/],
  [
    'another UART',
    wholeTree({ serial: 'compatible = "ns16550a"; reg = <0 0x1000>; interrupts = <0 1 4>;' }),
    /^compatible with "arm,pl011" or "arm,primecell"$/,
    /^\/soc\/serial@0 is "ns16550a"$/,
  ],
  [
    'a wrong interrupt of the UART',
    wholeTree({ serial: 'compatible = "arm,pl011"; reg = <0 0x1000>; interrupts = <0 9 4>;' }),
    /^INTID 33 \(SPI 1\)$/,
    /^\/soc\/serial@0 with INTID 41$/,
  ],
  [
    'the virtual timer at another PPI',
    wholeTree({ timer: '1 13 4 1 14 4 1 12 4 1 10 4' }),
    /^the virtual timer at INTID 27 \(PPI 11\)$/,
    /^\/timer with it at INTID 28$/,
  ],
  [
    'more RAM',
    wholeTree({ ram: '0 0x40000000 0 0x40000000' }),
    /^memory nodes inside/,
    /^0x40000000\.\.0x80000000$/,
  ],
];

for (const [what, dts, expected, got] of foreignTrees) {
  test(`a tree with ${what} is refused with both sides, and the printed command corrects it`, () =>
    withFolder(async (dir) => {
      const request = { ...ownFiles(dir), dtb: compile(dir, dts) };
      const { detail, exitCode } = await errorOf(() => buildLinuxGuest(request));
      assert.is(exitCode, 2);
      assert.match(detail.expected ?? '', expected);
      assert.match(detail.got ?? '', got);
      execaSync('sh', ['-ec', detail.wayOut ?? 'false']);
      await buildLinuxGuest(request);
    }));
}

test('all mistakes of a tree are reported at once', () =>
  withFolder(async (dir) => {
    const dtb = compile(dir, wholeTree({ psci: 'smx', timer: '1 13 4 1 14 4 1 12 4 1 10 4' }));
    const error = await errorOf(() => buildLinuxGuest({ ...ownFiles(dir), dtb }));
    assert.match(error.explain(), /PSCI conduit is not the board's[\s\S]*timer is not the board's/);
  }));

test('with `complete`, a guest has kernel and initrd in its folder', () =>
  withFolder(async (dir) => {
    const request = { ...ownFiles(dir), complete: true };
    const { kernel, initrd } = await buildLinuxGuest(request);
    assert.equal([kernel, initrd], [join(dir, 'out', 'Image'), join(dir, 'out', 'initrd')]);
    assert.ok(readFileSync(kernel).equals(readFileSync(request.kernel)));
  }));

const strangers: [string, Buffer, RegExp][] = [
  ['device tree source', Buffer.from('/dts-v1/;\n/ { };\n'), /device tree source/],
  ['an empty file', Buffer.alloc(0), /begin with nothing/],
  ['an Image', sampleImage(), /begin with 00000000/],
  ['a truncated blob', Buffer.from(`d00dfeed00001000${'00'.repeat(40)}`, 'hex'), /header for 4096 bytes/],
];

for (const [what, data, got] of strangers) {
  test(`${what} is not a device tree, and the error says what it is`, async () => {
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
