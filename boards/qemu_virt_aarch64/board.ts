// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cortexA53, guestAt1GiB, timers } from '../common.js';

/** QEMU's `virt` machine with GICv2 and EL2, as Microkit configures it (addresses: QEMU hw/arm/virt.c, base_memmap). */
export const board: Board = {
  name: 'qemu_virt_aarch64',
  description: "QEMU's virt machine, Cortex-A53, GICv2",
  sel4Platform: 'qemu-arm-virt',
  memory: [{ base: 0x6000_0000, size: 0x6000_0000 }],
  loadAddress: 0x7000_0000,
  gic: {
    version: 2,
    /** hw/arm/virt.c gives the GIC NUM_IRQS (256) + 32 interrupts, and GICD_TYPER reads 0x8: 32 x (8 + 1). */
    intids: 288,
    distributor: 0x0800_0000,
    cpuInterface: 0x0801_0000,
    hypervisorInterface: 0x0803_0000,
    virtualCpuInterface: 0x0804_0000,
    frameSize: 0x1_0000,
    cpuInterfaceSize: 0x1_0000,
    maintenance: 25,
  },
  uart: {
    kind: 'pl011',
    compatible: ['arm,pl011', 'arm,primecell'],
    base: 0x0900_0000,
    size: 0x1000,
    intid: 33,
    trigger: 'level',
    clock: 24_000_000,
    linuxName: 'ttyAMA0',
  },
  lastIntid: 159,
  timers,
  cpu: cortexA53,
  guest: { ...guestAt1GiB, kernel: 'linux-image-cloud-arm64' },
  qemu: {
    machine: 'virt,virtualization=on,gic-version=2',
    cpu: 'cortex-a53',
    memoryMiB: 2048,
    since: [7, 2, 0],
    serial: 0,
  },
  start: ['qemu', 'uboot'],
  providers: ['microkit', 'minikit'],
  tried: [
    { on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1 and on minikit' },
    { on: 'qemu', what: "started by Debian's U-Boot over a serial line: the virtual board" },
  ],
  limits: [],
};
