// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, otherChipInQemu, qemu, timers, uart1 } from '../imx8.js';

export const board: Board = {
  name: 'maaxboard',
  description: 'Avnet MaaXBoard, i.MX 8M Quad, Cortex-A53, GICv3',
  sel4Platform: 'maaxboard',
  memory: [{ base: 0x4000_0000, size: 0x8000_0000 }],
  loadAddress: 0x5000_0000,
  gic,
  uart: { ...uart1, clock: 25_000_000 },
  lastIntid: 160,
  timers,
  cpu,
  guest,
  qemu: { ...qemu, memoryMiB: 2048, serial: 0 },
  start: ['qemu', 'uboot', 'sdcard', 'uuu'],
  cardLoader: 0x8400,
  providers: ['microkit', 'minikit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1 and on minikit' }],
  limits: [otherChipInQemu],
};
