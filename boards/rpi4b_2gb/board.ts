// SPDX-License-Identifier: BSD-2-Clause
import { cpu, gic, guest, lastIntid, limits, lowMemory, miniUart, qemu, timers } from '../bcm2711.js';
import type { Board } from '../board.js';

export const board: Board = {
  name: 'rpi4b_2gb',
  description: 'Raspberry Pi 4 B with 2 GiB, BCM2711, Cortex-A72, GIC-400',
  sel4Platform: 'rpi4',
  memory: [lowMemory, { base: 0x4000_0000, size: 0x4000_0000 }],
  loadAddress: 0x1000_0000,
  gic,
  uart: miniUart,
  lastIntid,
  timers,
  cpu,
  guest,
  qemu,
  start: ['qemu', 'uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.3.0, debug' }],
  limits,
};
