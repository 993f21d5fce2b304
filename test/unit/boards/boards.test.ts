// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import type { Board, GicV2, GicV3 } from '../../../boards/board.js';
import { checkBoard } from '../../../boards/check.js';
import { boards } from '../../../boards/index.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const board = (name: string) => boards.get(name) as Board;

test('every board in the facts is defined', () => {
  const imx8 = ['imx8mm_evk', 'imx8mp_evk', 'imx8mq_evk', 'maaxboard'];
  const others = ['rpi4b_1gb', 'rpi4b_2gb', 'rpi4b_4gb', 'rpi4b_8gb', 'zcu102', 'kria_k26', 'ultra96v2'];
  const rock = ['rock3b', 'rockpro64', 'imx8mp_iotgate'];
  for (const name of [...imx8, ...others, ...rock, 'odroidc2', 'odroidc4', 'qemu_virt_aarch64'])
    assert.ok(boards.has(name), name);
});

test('no board claims to have been tried on hardware', () => {
  for (const { name, tried } of boards.values())
    assert.not.ok(
      tried.some(({ on }) => on === 'hardware'),
      name,
    );
});

const v2 = board('qemu_virt_aarch64');
const v3 = board('imx8mp_evk');
const [bank] = v2.memory;

/** Each mistake that a definition can contain, with a part of the expected error. */
const mistakes: [string, string, Board][] = [
  ["a name that differs from the folder's", 'its folder', { ...v2, name: 'other' }],
  [
    'memory that does not consist of whole pages',
    'whole pages',
    { ...v2, memory: [{ base: 0x6000_0010, size: 0x6000_0000 }] },
  ],
  ['memory twice', 'memory\\[0\\].*overlaps memory\\[1\\]', { ...v2, memory: bank ? [bank, bank] : [] }],
  ['memory over a device', 'overlaps the UART', { ...v2, memory: [{ base: 0x800_1000, size: 0x7000_0000 }] }],
  ['memory beyond the CPU', 'ends beyond', { ...v2, memory: [{ base: 0x6000_0000, size: 2 ** 40 }] }],
  ['a load address outside memory', 'not in its memory', { ...v2, loadAddress: 0x1000_0000 }],
  ['a load address inside a page', 'not page-aligned', { ...v2, loadAddress: 0x7000_0800 }],
  [
    'a GIC frame inside a page',
    'GICH is at',
    { ...v2, gic: { ...(v2.gic as GicV2), hypervisorInterface: 0x803_0800 } },
  ],
  ['a GICC of one page', 'GICC_DIR', { ...v2, gic: { ...(v2.gic as GicV2), cpuInterfaceSize: 0x1000 } }],
  [
    'half a redistributor',
    'not a multiple',
    { ...v3, gic: { ...(v3.gic as GicV3), redistributorSize: 0x3_0000 } },
  ],
  ['a UART with its SPI number', 'SPI number \\+ 32', { ...v2, uart: { ...v2.uart, intid: 1 } }],
  ['INTIDs that do not fill whole words', 'gic.intids is 100', { ...v2, gic: { ...v2.gic, intids: 100 } }],
  [
    'a UART beyond the GIC',
    'not one of the GIC',
    { ...v2, uart: { ...v2.uart, intid: 72 }, gic: { ...v2.gic, intids: 64 } },
  ],
  ['a UART beyond the last INTID', 'SPI number \\+ 32', { ...v2, uart: { ...v2.uart, intid: 160 } }],
  ['a UART without a binding', 'uart.compatible', { ...v2, uart: { ...v2.uart, compatible: [] } }],
  ['a console with its folder', 'ttyAMA0', { ...v2, uart: { ...v2.uart, linuxName: '/dev/ttyAMA0' } }],
  ['a timer with its PPI number', 'PPI number \\+ 16', { ...v2, timers: { ...v2.timers, virtual: 11 } }],
  ['no list registers', 'list registers', { ...v2, cpu: { ...v2.cpu, listRegisters: 0 } }],
  [
    'guest RAM of odd size',
    '2 MiB',
    { ...v2, guest: { ...v2.guest, ram: { base: 0x4000_0000, size: 0x1010_0000 } } },
  ],
  ['a device tree outside guest RAM', 'guest.dtb', { ...v2, guest: { ...v2.guest, dtb: 0x5000_0000 } }],
  [
    'guest RAM over a device',
    'covers the UART',
    { ...v2, guest: { ...v2.guest, ram: { base: 0x800_0000, size: 0x4800_0000 } } },
  ],
  ['QEMU as a way to start without a QEMU machine', 'go together', { ...board('odroidc4'), start: ['qemu'] }],
];

for (const [what, words, wrong] of mistakes) {
  test(`a definition with ${what} is refused`, async () => {
    const folder = what.includes('name') ? v2.name : wrong.name;
    const error = await refusal(() => checkBoard(folder, wrong));
    assert.is(error.exitCode, 4);
    assert.match(error.explain(), new RegExp(words));
    assert.match(error.explain(), `boards/${folder}/board.ts`);
  });
}

test('a file without a definition is refused', async () => {
  const error = await refusal(() => checkBoard('empty', undefined));
  assert.match(error.explain(), /it exports no `board`/);
});

run();
