// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cortexA55 } from '../common.js';
import { baud, guest, timers, uart2 } from '../rockchip.js';

/** Addresses and INTIDs from the board's device tree in seL4 (tools/dts/rock3b.dts). */
export const board: Board = {
  name: 'rock3b',
  description: 'Radxa ROCK 3B, Rockchip RK3568, Cortex-A55, GICv3',
  sel4Platform: 'rock3b',
  memory: [{ base: 0x20_0000, size: 0xecc9_c000 }],
  loadAddress: 0x3000_0000,
  gic: {
    version: 3,
    /** Linux prints "GICv3: 320 SPIs implemented" on an RK3568; 32 SGIs and PPIs besides. */
    intids: 352,
    distributor: 0xfd40_0000,
    frameSize: 0x1_0000,
    redistributor: 0xfd46_0000,
    redistributorSize: 0x8_0000,
    maintenance: 25,
  },
  uart: { ...uart2, compatible: ['rockchip,rk3568-uart', 'snps,dw-apb-uart'], base: 0xfe66_0000, intid: 150 },
  lastIntid: 283,
  timers,
  /** Microkit has no multicore configuration for it. */
  cpu: { ...cortexA55, cores: 1 },
  guest,
  baud,
  start: ['uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.3.0, debug' }],
  limits: [],
};
