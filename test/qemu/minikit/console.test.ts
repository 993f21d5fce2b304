// SPDX-License-Identifier: BSD-2-Clause
/** What the kernel itself says, and when it says nothing. */
import { truncate } from 'node:fs/promises';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { run, test } from '../../support/test.js';
import { consoleOf, limit, sdkUnderTest } from './support.js';

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
  "the first line says what minikit is, and isn't",
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
    `entered at EL${level}, it says so and what would be right`,
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
  'loaded at another address than it was made for, it says both',
  async () => {
    const machine = (board: Board) => ({ ...board, loadAddress: 0x6000_0000 });
    const [only] = await consoleOf('reports', { config: 'release', isLast: isError, machine });
    assert.is(only, 'minikit|ERROR: loaded at 0x0000000060000000; this image is for 0x0000000070000000');
  },
  { limit, skip },
);

test(
  'an image that was cut off is refused',
  async () => {
    const spoil = (image: string) => truncate(image, 0x8000);
    const [only] = await consoleOf('reports', { config: 'release', isLast: isError, spoil });
    assert.match(only ?? '', /^minikit\|ERROR: no system table at 0x00000000700/);
  },
  { limit, skip },
);

test(
  "a guest's hardware breakpoints do not stop its VMM, as they do on seL4",
  async () => {
    const lines = await consoleOf('breakpoints');
    assert.ok(lines.includes('vmm: runs on after step 2'), lines.join('\n'));
    assert.ok(lines.includes("vmm: guest's MDSCR_EL1 32768"));
  },
  { limit, skip },
);

run();
