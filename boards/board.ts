// SPDX-License-Identifier: BSD-2-Clause
/** What the project knows of a board. System files, guest device trees and C headers are all made from this. */

/** A range of physical addresses: `base` inclusive, `size` in bytes. */
export interface Range {
  base: number;
  size: number;
}

/** Arm GICv2 (IHI 0048B): physical base addresses of its four register frames. */
export interface GicV2 {
  version: 2;
  distributor: number;
  /** GICC: what a guest believes to be its CPU interface. */
  cpuInterface: number;
  /** GICH: the hypervisor's, with the list registers. */
  hypervisorInterface: number;
  /** GICV: what really answers behind the guest's GICC. */
  virtualCpuInterface: number;
  /** Size of the distributor and of the CPU interface in the device tree, in bytes. */
  frameSize: number;
  /** INTID of the GICH maintenance interrupt. */
  maintenance: number;
}

/** A UART as the guest sees it. */
export interface Uart {
  kind: 'pl011';
  base: number;
  /** Bytes of the register frame. */
  size: number;
  /** INTID (SPI number + 32). */
  intid: number;
  trigger: 'level' | 'edge';
  /** The name of Linux's console, without /dev. */
  linuxName: string;
}

/** How QEMU runs an image for this board. */
export interface QemuMachine {
  machine: string;
  cpu: string;
  /** MiB of RAM given with -m. */
  memoryMiB: number;
}

/** Where the main job's guest sees things; all are guest physical addresses (IPAs). */
export interface GuestDefaults {
  ram: Range;
  dtb: number;
  initrd: number;
}

export interface Board {
  /** Microkit's name of the board. */
  name: string;
  description: string;
  /** seL4's name of the platform (CONFIG_PLAT). */
  sel4Platform: string;
  /** RAM that the kernel and the protection domains may use. */
  memory: Range[];
  /** Where the image is loaded and entered, at EL2. */
  loadAddress: number;
  gic: GicV2;
  uart: Uart;
  /** The highest INTID that seL4 hands out on it (MAX_IRQ of the platform). */
  lastIntid: number;
  /** INTIDs of the generic timer's PPIs. */
  timers: { virtual: number; physical: number; hypervisor: number; secure: number };
  cpu: { compatible: string; listRegisters: number };
  guest: GuestDefaults;
  qemu?: QemuMachine;
  /** SDK providers that have this board. */
  providers: ('microkit' | 'minikit')[];
}
