// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, qemu, timers, uart2 } from '../imx8.js';

export const board: Board = {
  name: 'imx8mp_iotgate',
  description: 'CompuLab IOT-GATE-iMX8PLUS, i.MX 8M Plus, Cortex-A53, GICv3',
  sel4Platform: 'imx8mp-evk',
  // Without the memory of the graphics and audio processors.
  memory: [
    { base: 0x4000_0000, size: 0x1800_0000 },
    { base: 0x6800_0000, size: 0x2b40_0000 },
    { base: 0x942f_0000, size: 0x1_2bd1_0000 },
  ],
  loadAddress: 0x5000_0000,
  gic: { ...gic, intids: 192 },
  uart: { ...uart2, clock: 24_000_000 },
  lastIntid: 192,
  timers,
  cpu,
  guest,
  qemu: { ...qemu, memoryMiB: 6144, serial: 1 },
  start: ['qemu', 'uboot', 'sdcard', 'uuu'],
  providers: ['microkit'],
  tried: [],
  limits: [],
};
