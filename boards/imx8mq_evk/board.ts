// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, otherChipInQemu, qemu, timers, uart1 } from '../imx8.js';

export const board: Board = {
  name: 'imx8mq_evk',
  description: 'NXP i.MX 8M Quad EVK, Cortex-A53, GICv3',
  sel4Platform: 'imx8mq-evk',
  memory: [
    { base: 0x4000_0000, size: 0x7800_0000 },
    { base: 0xb840_0000, size: 0x47c0_0000 },
  ],
  loadAddress: 0x4100_0000,
  gic,
  uart: { ...uart1, clock: 25_000_000 },
  lastIntid: 160,
  timers,
  cpu,
  guest,
  qemu: { ...qemu, memoryMiB: 3072, serial: 0 },
  start: ['qemu', 'uboot', 'sdcard', 'uuu'],
  cardLoader: 0x8400,
  providers: ['microkit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1' }],
  limits: [otherChipInQemu],
};
