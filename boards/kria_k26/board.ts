// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, lastIntid, timers, uart1 } from '../zynqmp.js';

export const board: Board = {
  name: 'kria_k26',
  description: 'AMD Kria K26, Zynq UltraScale+, Cortex-A53, GIC-400',
  // Microkit builds the kernel of the ZCU102 for it, with other memory and the second UART.
  sel4Platform: 'zcu102',
  memory: [
    { base: 0, size: 0x7ff0_0000 },
    { base: 0x8_0000_0000, size: 0x8000_0000 },
  ],
  loadAddress: 0x4000_0000,
  gic,
  uart: { ...uart1, linuxName: 'ttyPS1' },
  lastIntid,
  timers,
  /** Microkit has no multicore configuration for it. */
  cpu: { ...cpu, cores: 1 },
  guest,
  start: ['uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.3.0, debug' }],
  limits: [],
};
