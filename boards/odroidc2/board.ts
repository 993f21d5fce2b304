// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cortexA53, timers } from '../common.js';

/** Addresses, INTIDs and clocks from the board's device tree in seL4 (tools/dts/odroidc2.dts). */
export const board: Board = {
  name: 'odroidc2',
  description: 'Hardkernel ODROID-C2, Amlogic S905, Cortex-A53, GIC-400',
  sel4Platform: 'odroidc2',
  memory: [
    { base: 0x100_0000, size: 0x400_0000 },
    { base: 0x530_0000, size: 0xad0_0000 },
    { base: 0x1020_0000, size: 0x6fe0_0000 },
  ],
  loadAddress: 0x2000_0000,
  gic: {
    version: 2,
    /**
     * Linux's device tree of the board names SPIs up to 218, which is INTID 250 and seL4's MAX_IRQ. GICD_TYPER counts in
     * multiples of 32. Its value is in no public document; the S905X3, which follows this chip, has 256, too.
     */
    intids: 256,
    distributor: 0xc430_1000,
    cpuInterface: 0xc430_2000,
    hypervisorInterface: 0xc430_4000,
    virtualCpuInterface: 0xc430_6000,
    frameSize: 0x1000,
    cpuInterfaceSize: 0x2000,
    maintenance: 25,
  },
  uart: {
    kind: 'meson',
    compatible: ['amlogic,meson-gx-uart', 'amlogic,meson-ao-uart'],
    base: 0xc810_04c0,
    size: 0x18,
    intid: 225,
    trigger: 'edge',
    clock: 24_000_000,
    linuxName: 'ttyAML0',
  },
  lastIntid: 250,
  timers,
  cpu: cortexA53,
  guest: {
    kernel: 'linux-image-arm64',
    ram: { base: 0x2000_0000, size: 0x1000_0000 },
    dtb: 0x2f00_0000,
    initrd: 0x2d70_0000,
  },
  start: ['uboot', 'sdcard'],
  // Hardkernel's U-Boot of 2015 accepts only Enter (CONFIG_ABORTBOOT_WITH_ENTERKEY), twice.
  stopKey: '\r\r',
  providers: ['microkit'],
  tried: [{ on: 'build', what: 'an image with the Microkit SDK 2.0.1, debug and release' }],
  limits: [
    "the UART shares its page with other devices of the chip's always-on domain, which the guest can reach too",
  ],
};
