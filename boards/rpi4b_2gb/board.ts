// SPDX-License-Identifier: BSD-2-Clause
import { lowMemory, qemu, raspberryPi4 } from '../bcm2711.js';
import type { Board } from '../board.js';

export const board: Board = {
  ...raspberryPi4,
  name: 'rpi4b_2gb',
  description: 'Raspberry Pi 4 B with 2 GiB, BCM2711, Cortex-A72, GIC-400',
  memory: [lowMemory, { base: 0x4000_0000, size: 0x4000_0000 }],
  qemu,
  start: ['qemu', 'uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.3.0, debug' }],
};
