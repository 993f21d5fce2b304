// SPDX-License-Identifier: BSD-2-Clause
/** The common properties of Rockchip's RK3399 and RK3568, from the boards' device trees in seL4. */
import type { Uart } from './board.js';

export { guestAt1GiB as guest, timers } from './common.js';

/** UART2, a DesignWare 16550. Linux's driver divides by 16, and Rockchip's own boot loader leaves 24 MHz and 1500000 baud. */
export const uart2: Omit<Uart, 'base' | 'intid' | 'compatible'> = {
  kind: '8250',
  size: 0x100,
  trigger: 'level',
  clock: 24_000_000,
  linuxName: 'ttyS2',
};

export const baud = 1_500_000;
