// SPDX-License-Identifier: BSD-2-Clause
/** The kernel's own output, and when it prints nothing. */
import { readFile, truncate, writeFile } from 'node:fs/promises';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { run, test } from '../../support/test.js';
import { consoleOf, expectedOf, limit, sdkUnderTest, transcriptOf } from './support.js';

const onMinikit = (await sdkUnderTest()).provider === 'minikit';
const skip = onMinikit ? undefined : "seL4's monitor has a report of its own";

test(
  'a protection domain without parent that faults is reported with name, kind, address and PC; the rest runs on',
  async () => {
    const lines = await consoleOf('reports');
    const reports = lines.filter((line) => line.startsWith('minikit|ERROR: '));
    const address = (value: string) => `0x${value.padStart(16, '0')}`;
    assert.is(reports.length, 2);
    assert.match(reports[0] ?? '', /protection domain 'writer' stopped: write fault at address/);
    assert.ok(reports[0]?.includes(`address ${address('12345678')}, pc 0x00000000002`), reports[0]);
    assert.match(reports[1] ?? '', /protection domain 'caller' stopped: write fault at address/);
    assert.ok(reports[1]?.includes(`address ${address('2')}, pc 0x00000000002`), reports[1]);
    assert.ok(lines.includes('survivor: runs 1'));
    assert.not.ok(lines.includes('writer: runs again'));
  },
  { limit, skip },
);

test(
  'a release kernel prints nothing and knows no debugging calls',
  async () => {
    const lines = (await consoleOf('release', { config: 'release' })).filter(
      (line) => !line.startsWith('LDR|'),
    );
    const theirs = ['parent: runs', 'parent: DebugPutChar is unknown', 'finished'];
    assert.equal(lines.filter((line) => line.trim() !== '').slice(-theirs.length), theirs);
    if (onMinikit) assert.equal(lines, [...theirs, '']);
  },
  { limit },
);

test(
  'the first line says what minikit is and is not',
  async () => {
    const [first] = await consoleOf('reports');
    assert.is(
      first,
      'minikit|INFO: minikit on qemu_virt_aarch64: it is not seL4 and makes no security claim',
    );
  },
  { limit, skip },
);

const isError = (line: string) => line.startsWith('minikit|ERROR: ');
const onQemu = (board: Board, machine: string): Board =>
  board.qemu ? { ...board, qemu: { ...board.qemu, machine } } : board;

for (const [level, options] of [
  [1, ''],
  [3, ',virtualization=on,secure=on'],
] as const) {
  test(
    `entered at EL${level}, it reports that and the right level`,
    async () => {
      const machine = (board: Board) => onQemu(board, `virt,gic-version=2${options}`);
      const [only] = await consoleOf('reports', { config: 'release', isLast: isError, machine });
      assert.is(
        only,
        `minikit|ERROR: entered at EL${level}; minikit needs EL2 (QEMU: -machine virt,virtualization=on)`,
      );
    },
    { limit, skip },
  );
}

test(
  'loaded at a wrong address, it reports both addresses',
  async () => {
    const machine = (board: Board) => ({ ...board, loadAddress: 0x6000_0000 });
    const [only] = await consoleOf('reports', { config: 'release', isLast: isError, machine });
    assert.is(only, 'minikit|ERROR: loaded at 0x0000000060000000; this image is for 0x0000000070000000');
  },
  { limit, skip },
);

test(
  'a truncated image is refused',
  async () => {
    const spoil = (image: string) => truncate(image, 0xc000);
    const [only] = await consoleOf('reports', { config: 'release', isLast: isError, spoil });
    assert.match(only ?? '', /^minikit\|ERROR: no system table at 0x00000000700/);
  },
  { limit, skip },
);

test(
  "a guest's hardware breakpoints do not stop its VMM, as they do on seL4, and are its vCPU's own",
  async () => assert.equal(await transcriptOf('breakpoints'), expectedOf('breakpoints')),
  { limit, skip },
);

/** A64 instructions that enable every trap of MDCR_EL2 and HSTR_EL2, and leave EL1 no performance counter. */
const carelessFirmware = [
  0xd281_fc09, // mov x9, #0xfe0
  0xd51c_1129, // msr mdcr_el2, x9
  0x9280_0009, // mov x9, #-1
  0xd51c_1169, // msr hstr_el2, x9
];

/** Inserts instructions before the image's first one, which is a branch. */
async function runBefore(image: string, instructions: readonly number[]): Promise<void> {
  const branch = (offset: number) => (0x1400_0000 | ((offset / 4) & 0x3ff_ffff)) >>> 0;
  const bytes = await readFile(image);
  const start = ((bytes.readUInt32LE(0) & 0x3ff_ffff) << 6) >> 4;
  const stub = Math.ceil(bytes.length / 4) * 4;
  bytes.writeUInt32LE(branch(stub), 0);
  const words = [...instructions, branch(start - (stub + 4 * instructions.length))];
  const added = Buffer.alloc(stub - bytes.length + 4 * words.length);
  for (const [index, word] of words.entries()) added.writeUInt32LE(word, stub - bytes.length + 4 * index);
  await writeFile(image, Buffer.concat([bytes, added]));
}

test(
  "the firmware's values in the registers that trap debugging do not affect a guest",
  async () => {
    const spoil = (image: string) => runBefore(image, carelessFirmware);
    assert.equal(await transcriptOf('breakpoints', { spoil }), expectedOf('breakpoints'));
  },
  { limit, skip },
);

run();
