// SPDX-License-Identifier: BSD-2-Clause
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { promisedMemory, readDtb } from '../../../guest-builder/linux/dtb.js';
import {
  allNodes,
  cellsOf,
  childNamed,
  pathOf,
  readFdt,
  stringsOf,
} from '../../../guest-builder/linux/fdt.js';
import { rangesOf } from '../../../guest-builder/linux/tree-ranges.js';
import { HarnessError } from '../../../harness/base/error.js';
import { run, test } from '../../support/test.js';
import { errorOf, withFolder } from './samples.js';

const compiled = (dts: string) =>
  Buffer.from(
    execaSync('dtc', ['-q', '-O', 'dtb', '-'], { input: `/dts-v1/; ${dts}`, encoding: 'buffer' }).stdout,
  );

const sample = compiled(`/ {
  #address-cells = <2>; #size-cells = <2>;
  memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x1000 1 0 0 0x2000>; };
  soc { #address-cells = <1>; #size-cells = <1>; ranges = <0x1000 0 0x9000000 0x1000>;
    serial@1000 { compatible = "arm,pl011", "arm,primecell"; reg = <0x1000 0x100>; };
    lost@9000 { reg = <0x9000 0x100>; }; };
  flat { #address-cells = <2>; #size-cells = <1>; ranges; a@1 { reg = <0 1 2>; }; };
};`);

/** The message that refuses a blob; undefined when it is read. Any error other than a HarnessError is a bug. */
function refusal(blob: Buffer): string | undefined {
  try {
    readFdt(blob, 'x.dtb');
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError) return error.detail.got;
    throw error;
  }
}

test('nodes, properties, texts and cells are read as dtc wrote them', () => {
  const root = readFdt(sample, 'x.dtb');
  assert.equal(allNodes(root).map(pathOf), [
    '/',
    '/memory@40000000',
    '/soc',
    '/flat',
    '/soc/serial@1000',
    '/soc/lost@9000',
    '/flat/a@1',
  ]);
  const [serial] = childNamed(root, 'soc')?.children ?? [];
  assert.equal(serial && stringsOf(serial, 'compatible'), ['arm,pl011', 'arm,primecell']);
  assert.equal(serial && cellsOf(serial, 'reg'), [0x1000, 0x100]);
  assert.is(serial && cellsOf(serial, 'none'), undefined);
});

test('addresses are translated through the buses up to the CPUs', () => {
  const all = allNodes(readFdt(sample, 'x.dtb')).map((node) => rangesOf(node));
  const [, memory, , , serial, lost, flat] = all;
  assert.equal(memory, [
    { base: 0x4000_0000, size: 0x1000 },
    { base: 2 ** 32, size: 0x2000 },
  ]);
  assert.equal(serial, [{ base: 0x900_0000, size: 0x100 }]);
  assert.equal(lost, []);
  assert.equal(flat, [{ base: 1, size: 2 }]);
});

for (const cells of [
  '#address-cells = <0>; #size-cells = <0>;',
  '#address-cells = <3>;',
  '#size-cells = <0>;',
]) {
  test(`a tree whose root has ${cells} is refused, without a hang`, () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.dtb');
      writeFileSync(path, compiled(`/ { ${cells} memory@0 { reg = <0 0 0 0>; }; };`));
      const error = await errorOf(() => promisedMemory(readDtb(path)));
      assert.equal([error.exitCode, error.message], [2, 'the device tree cannot describe memory']);
    }));
}

test('a FIT image is not a device tree', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'x.itb');
    writeFileSync(path, compiled('/ { images { }; };'));
    assert.is((await errorOf(() => readDtb(path))).detail.got, 'a FIT image');
  }));

/** A blob whose structure block is `tokens`. */
function blobOf(tokens: number[]): Buffer {
  const header = Buffer.alloc(40);
  const struct = Buffer.alloc(tokens.length * 4);
  for (const [index, value] of tokens.entries()) struct.writeUInt32BE(value, index * 4);
  const fields = [0xd00dfeed, 40 + struct.length, 40, 40 + struct.length, 40, 17, 16, 0, 0, struct.length];
  for (const [index, value] of fields.entries()) header.writeUInt32BE(value, index * 4);
  return Buffer.concat([header, struct]);
}

const damages: [what: string, blob: Buffer, got: RegExp][] = [
  ['no token', blobOf([]), /structure has no end/],
  ['an unknown token', blobOf([1, 0, 7]), /no token 7/],
  ['no end of the root', blobOf([1, 0, 4, 4]), /structure has no end/],
  ['a property of 4 GiB', blobOf([1, 0, 3, 0xffff_fff0, 0]), /has no end/],
  ['a property without a name', blobOf([1, 0, 3, 0, 0xffff_ffff, 2]), /a name has no end/],
  ['nested nodes', blobOf(Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 1 : 0))), /more than 64/],
  [
    '200,001 nodes',
    blobOf([1, 0, ...Array.from({ length: 600_003 }, (_, i) => [1, 0, 2][i % 3] as number)]),
    /200,000/,
  ],
];

for (const [what, blob, got] of damages) {
  test(`a tree with ${what} is refused`, () => {
    assert.match(refusal(blob) ?? '', got);
  });
}

test('changing or cutting off any bytes gives a tree or an error', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(sample.length),
      (changes, length) => {
        const copy = Buffer.from(sample);
        for (const [at, value] of changes) copy[at] = value;
        refusal(copy.subarray(0, length));
        if (refusal(copy) === undefined)
          allNodes(readFdt(copy, 'x.dtb')).map((node) => [rangesOf(node), pathOf(node)]);
      },
    ),
    { numRuns: 3000 },
  );
});

run();
