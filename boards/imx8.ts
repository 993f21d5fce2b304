// SPDX-License-Identifier: BSD-2-Clause
/** The common properties of NXP's i.MX 8M family, from the boards' device trees in seL4. */
import type { GicV3, QemuMachine, Uart } from './board.js';

/** Linux prints "GICv3: 128 SPIs implemented" on an i.MX 8M Mini and on an i.MX 8M Quad; 32 SGIs and PPIs besides. */
export const gic: GicV3 = {
  version: 3,
  intids: 160,
  distributor: 0x3880_0000,
  frameSize: 0x1_0000,
  redistributor: 0x3888_0000,
  redistributorSize: 0xc_0000,
  maintenance: 25,
};

export const timers = { secure: 29, physical: 30, virtual: 27, hypervisor: 26 };

/** The binding that all chips of the family name second, after their own. Linux's driver knows only this one. */
const compatible = ['fsl,imx6q-uart'];

export const uart1: Omit<Uart, 'clock'> = {
  kind: 'imx',
  compatible,
  base: 0x3086_0000,
  size: 0x1_0000,
  intid: 58,
  trigger: 'level',
  linuxName: 'ttymxc0',
};

export const uart2: Omit<Uart, 'clock'> = {
  kind: 'imx',
  compatible,
  base: 0x3089_0000,
  size: 0x1_0000,
  intid: 59,
  trigger: 'level',
  linuxName: 'ttymxc1',
};

/**
 * QEMU has one chip of the family. The others differ in nothing that the kernel, a VMM or the project's guests touch.
 */
export const qemu: Omit<QemuMachine, 'memoryMiB' | 'serial'> = {
  machine: 'imx8mp-evk',
  cpu: 'cortex-a53',
  since: [10, 0, 0],
  firmware: 'imx8',
};

/** Limits of boards whose chip QEMU does not have. */
export const otherChipInQemu =
  'QEMU runs its image on the i.MX 8M Plus: differences between the two chips do not show there';

/** The CPU of all of them. ICH_VTR_EL2 reports the number of list registers. */
export const cpu = { compatible: 'arm,cortex-a53', armv8: 0, cores: 4, listRegisters: 4, pageSizes: [4, 64] };

/** RAM begins at 1 GiB on the chip, and therefore for the guest. */
export const guest = {
  kernel: 'linux-image-arm64',
  ram: { base: 0x4000_0000, size: 0x1000_0000 },
  dtb: 0x4f00_0000,
  initrd: 0x4d70_0000,
} as const;
