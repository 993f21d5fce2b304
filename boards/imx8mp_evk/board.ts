// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, qemu, timers, uart2 } from '../imx8.js';

export const board: Board = {
  name: 'imx8mp_evk',
  description: 'NXP i.MX 8M Plus EVK, Cortex-A53, GICv3',
  sel4Platform: 'imx8mp-evk',
  memory: [{ base: 0x4000_0000, size: 0x1_8000_0000 }],
  loadAddress: 0x4100_0000,
  /** 160 SPIs: `num-irq` of QEMU's hw/arm/fsl-imx8mp.c; seL4's MAX_IRQ for this chip is 192, too. */
  gic: { ...gic, intids: 192 },
  uart: { ...uart2, clock: 24_000_000 },
  lastIntid: 192,
  timers,
  cpu,
  guest,
  qemu: { ...qemu, memoryMiB: 6144, serial: 1 },
  start: ['qemu', 'uboot', 'sdcard', 'uuu'],
  cardLoader: 0x8000,
  providers: ['microkit', 'minikit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1 and on minikit' }],
  limits: [],
};
