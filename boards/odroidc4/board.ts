// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cortexA55, timers } from '../common.js';

/** Addresses, INTIDs and clocks from the board's device tree in seL4 (tools/dts/odroidc4.dts). */
export const board: Board = {
  name: 'odroidc4',
  description: 'Hardkernel ODROID-C4, Amlogic S905X3, Cortex-A55, GIC-400',
  sel4Platform: 'odroidc4',
  memory: [
    { base: 0, size: 0x500_0000 },
    { base: 0x530_0000, size: 0xf050_0000 },
  ],
  loadAddress: 0x2000_0000,
  gic: {
    version: 2,
    /** 224 interrupt sources (S905X3 Datasheet, 7.10.2), and 32 SGIs and PPIs. */
    intids: 256,
    distributor: 0xffc0_1000,
    cpuInterface: 0xffc0_2000,
    hypervisorInterface: 0xffc0_4000,
    virtualCpuInterface: 0xffc0_6000,
    frameSize: 0x1000,
    cpuInterfaceSize: 0x2000,
    maintenance: 25,
  },
  uart: {
    kind: 'meson',
    compatible: ['amlogic,meson-gx-uart', 'amlogic,meson-ao-uart'],
    base: 0xff80_3000,
    size: 0x18,
    intid: 225,
    trigger: 'edge',
    clock: 24_000_000,
    linuxName: 'ttyAML0',
  },
  lastIntid: 255,
  timers,
  cpu: cortexA55,
  guest: {
    kernel: 'linux-image-arm64',
    ram: { base: 0x2000_0000, size: 0x1000_0000 },
    dtb: 0x2f00_0000,
    initrd: 0x2d70_0000,
  },
  start: ['uboot', 'sdcard'],
  cardLoader: 0,
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.0.1, debug and release' }],
  limits: [],
};
