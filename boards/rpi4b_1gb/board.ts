// SPDX-License-Identifier: BSD-2-Clause
import { cpu, gic, guest, lastIntid, limits, miniUart, timers } from '../bcm2711.js';
import type { Board } from '../board.js';

export const board: Board = {
  name: 'rpi4b_1gb',
  description: 'Raspberry Pi 4 B with 1 GiB, BCM2711, Cortex-A72, GIC-400',
  sel4Platform: 'rpi4',
  memory: [{ base: 0x1000, size: 0x3b3f_f000 }],
  loadAddress: 0x1000_0000,
  gic,
  uart: miniUart,
  lastIntid,
  timers,
  cpu,
  guest,
  qemu: {
    machine: 'raspi4b',
    cpu: 'cortex-a72',
    memoryMiB: 2048,
    fixedCpus: 4,
    firmware: 'bcm2711',
    since: [9, 0, 0],
    serial: 1,
    // The chip's GIC has two security states, and seL4 relies on the non-secure one.
    more: ['-global', 'arm_gic.has-security-extensions=on'],
    bare: { more: [] },
  },
  start: ['qemu', 'uboot', 'sdcard'],
  providers: ['microkit', 'minikit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1 and on minikit' }],
  limits,
};
