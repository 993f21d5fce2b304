// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cortexA53 } from '../common.js';
import { baud, guest, timers, uart2 } from '../rockchip.js';

/** Addresses and INTIDs from the board's device tree in seL4 (tools/dts/rockpro64.dts). */
export const board: Board = {
  name: 'rockpro64',
  description: 'Pine64 ROCKPro64, Rockchip RK3399, Cortex-A53, GICv3',
  sel4Platform: 'rockpro64',
  memory: [{ base: 0x1000_0000, size: 0xe800_0000 }],
  loadAddress: 0x3000_0000,
  gic: {
    version: 3,
    /** TF-A prints "Maximum SPI INTID supported: 287" on this board. */
    intids: 288,
    distributor: 0xfee0_0000,
    frameSize: 0x1_0000,
    redistributor: 0xfef0_0000,
    /** For its six CPUs. seL4 uses the four Cortex-A53. */
    redistributorSize: 0xc_0000,
    maintenance: 25,
  },
  uart: { ...uart2, compatible: ['rockchip,rk3399-uart', 'snps,dw-apb-uart'], base: 0xff1a_0000, intid: 132 },
  lastIntid: 181,
  timers,
  cpu: cortexA53,
  guest,
  baud,
  start: ['uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.3.0, debug' }],
  limits: [],
};
