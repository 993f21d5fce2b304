// SPDX-License-Identifier: BSD-2-Clause
import { lowMemory, qemu, raspberryPi4 } from '../bcm2711.js';
import type { Board } from '../board.js';

export const board: Board = {
  ...raspberryPi4,
  name: 'rpi4b_1gb',
  description: 'Raspberry Pi 4 B with 1 GiB, BCM2711, Cortex-A72, GIC-400',
  memory: [lowMemory],
  qemu,
  start: ['qemu', 'uboot', 'sdcard'],
  providers: ['microkit', 'minikit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1 and on minikit' }],
};
