// SPDX-License-Identifier: BSD-2-Clause
/** The common properties of NXP's i.MX 8M family, from the boards' device trees in seL4. */
import type { GicV3, QemuMachine, Uart } from './board.js';

/** RAM begins at 1 GiB on the chip, and therefore for the guest. */
export { cortexA53 as cpu, guestAt1GiB as guest, timers } from './common.js';

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
