// SPDX-License-Identifier: BSD-2-Clause
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { deviceTreeSource } from '../../../guest-builder/linux/device-tree.js';
import { compileDeviceTree } from '../../../guest-builder/linux/dtb.js';
import { run, test } from '../../support/test.js';
import { errorOf, withFolder } from './samples.js';

function sourceFor(board: Board, vcpus: number, bootargs = 'console=ttyAMA0'): string {
  const { ram } = board.guest;
  return deviceTreeSource({
    board,
    vcpus,
    ram,
    initrd: { base: ram.base + 0x100_0000, size: 4321 },
    bootargs,
  });
}

/** The text of each property in the compiled tree, as fdtget reads it back, by path. */
async function properties(source: string, wanted: [string, string, string][]): Promise<string[]> {
  const blob = await compileDeviceTree(source);
  return withFolder((dir) => {
    const path = join(dir, 'dtb');
    writeFileSync(path, blob);
    return wanted.map(([type, node, name]) =>
      execaSync('fdtget', ['-t', type, path, node, name]).stdout.trim(),
    );
  });
}

for (const board of boards.values()) {
  for (const vcpus of [1, 2, 4]) {
    test(`dtc accepts the device tree of ${board.name} with ${vcpus} vCPU(s) without a warning`, async () => {
      const blob = await compileDeviceTree(sourceFor(board, vcpus));
      assert.is(blob.readUInt32BE(0), 0xd00dfeed);
    });
  }

  test(`the device tree of ${board.name} matches the board's data`, async () => {
    const { gic, uart, guest } = board;
    const hex = (value: number) => value.toString(16);
    const node = (name: string, base: number) => `/${name}@${hex(base)}`;
    const read = await properties(sourceFor(board, 2), [
      ['x', node('memory', guest.ram.base), 'reg'],
      ['x', node('interrupt-controller', gic.distributor), 'reg'],
      ['x', node('serial', uart.base), 'reg'],
      ['i', node('serial', uart.base), 'interrupts'],
      ['i', '/timer', 'interrupts'],
      ['s', '/psci', 'method'],
      ['s', '/cpus/cpu@1', 'enable-method'],
      ['s', '/cpus/cpu@1', 'compatible'],
      ['x', '/chosen', 'linux,initrd-end'],
    ]);
    const flags = gic.version === 2 ? 4 + (3 << 8) : 4;
    const { secure, physical, virtual, hypervisor } = board.timers;
    assert.equal(read, [
      `0 ${hex(guest.ram.base)} 0 ${hex(guest.ram.size)}`,
      `0 ${hex(gic.distributor)} 0 ${hex(gic.frameSize)} ${
        gic.version === 2
          ? `0 ${hex(gic.cpuInterface)} 0 ${hex(gic.cpuInterfaceSize)}`
          : `0 ${hex(gic.redistributor)} 0 40000`
      }`,
      `0 ${hex(uart.base)} 0 ${hex(uart.size)}`,
      `0 ${uart.intid - 32} ${uart.trigger === 'edge' ? 1 : 4}`,
      [secure, physical, virtual, hypervisor].map((intid) => `1 ${intid - 16} ${flags}`).join(' '),
      'smc',
      'psci',
      board.cpu.compatible,
      `0 ${hex(guest.ram.base + 0x100_0000 + 4321)}`,
    ]);
  });
}

test('quotes in the command line survive', async () => {
  const board = boards.get('qemu_virt_aarch64');
  const bootargs = 'console=ttyAMA0 dyndbg="file irq.c +p" back\\slash';
  if (board === undefined) throw new Error('no board');
  assert.equal(await properties(sourceFor(board, 1, bootargs), [['s', '/chosen', 'bootargs']]), [bootargs]);
});

test('addresses above 4 GiB are split into two cells', async () => {
  const board = boards.get('qemu_virt_aarch64');
  if (board === undefined) throw new Error('no board');
  const ram = { base: 0x12_4000_0000, size: 0x1_8000_0000 };
  const source = deviceTreeSource({ board, vcpus: 1, ram, initrd: ram, bootargs: '' });
  assert.equal(await properties(source, [['x', '/memory@1240000000', 'reg']]), ['12 40000000 1 80000000']);
});

test('a warning of dtc is an error', async () => {
  const error = await errorOf(() => compileDeviceTree('/dts-v1/; / { memory@1 { }; };'));
  assert.match(error.detail.got ?? '', 'Warning');
  assert.is(error.exitCode, 4);
});

run();
