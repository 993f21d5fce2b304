// SPDX-License-Identifier: BSD-2-Clause
import { highMemory, lowMemory, raspberryPi4 } from '../bcm2711.js';
import type { Board } from '../board.js';

export const board: Board = {
  ...raspberryPi4,
  name: 'rpi4b_8gb',
  description: 'Raspberry Pi 4 B with 8 GiB, BCM2711, Cortex-A72, GIC-400',
  memory: [lowMemory, highMemory, { base: 0x1_0000_0000, size: 0x1_0000_0000 }],
  start: ['uboot', 'sdcard'],
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.3.0, debug' }],
};
