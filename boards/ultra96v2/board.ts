// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, lastIntid, timers, uart1 } from '../zynqmp.js';

export const board: Board = {
  name: 'ultra96v2',
  description: 'Avnet Ultra96-V2, Zynq UltraScale+, Cortex-A53, GIC-400',
  sel4Platform: 'ultra96v2',
  // Between the two is the memory of the real-time cores.
  memory: [
    { base: 0, size: 0x3ed0_0000 },
    { base: 0x3fd0_0000, size: 0x4020_0000 },
  ],
  loadAddress: 0x4000_0000,
  gic,
  // The second UART of the chip is the first of this board's device tree.
  uart: { ...uart1, linuxName: 'ttyPS0' },
  lastIntid,
  timers,
  cpu,
  guest,
  start: ['uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.3.0, debug' }],
  limits: [],
};
