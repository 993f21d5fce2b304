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
  /** Bytes of the distributor in the device tree. */
  frameSize: number;
  /** Bytes of the CPU interface in the device tree; GICC_DIR lies in the second page. */
  cpuInterfaceSize: number;
  /** INTIDs that it has, special ones not counted (GICD_TYPER.ITLinesNumber): a multiple of 32. */
  intids: number;
  /** INTID of the GICH maintenance interrupt. */
  maintenance: number;
}

/** Arm GICv3 (IHI 0069): the CPU interface is in system registers, so a guest gets none of the frames. */
export interface GicV3 {
  version: 3;
  distributor: number;
  /** Bytes of the distributor in the device tree. */
  frameSize: number;
  /** First of the redistributors, which lie next to each other, `redistributorStride` bytes a CPU. */
  redistributor: number;
  /** Bytes of all redistributors in the device tree. */
  redistributorSize: number;
  /** INTIDs that it has, special ones not counted (GICD_TYPER.ITLinesNumber): a multiple of 32. */
  intids: number;
  /** INTID of the maintenance interrupt. */
  maintenance: number;
}

type Gic = GicV2 | GicV3;

/** Bytes of one CPU's redistributor: RD_base and SGI_base, 64 KiB each (IHI 0069, 12.10). */
export const redistributorStride = 0x2_0000;

/** The UARTs that the project has drivers and device tree nodes for. */
export type UartKind = 'pl011' | 'imx' | 'meson';

/** A UART as the guest sees it. */
export interface Uart {
  kind: UartKind;
  /** The `compatible` strings of its device tree node, the most specific first. */
  compatible: readonly string[];
  base: number;
  /** Bytes of the registers in the device tree. */
  size: number;
  /** INTID (SPI number + 32). */
  intid: number;
  trigger: 'level' | 'edge';
  /** Hz of its reference clock as firmware leaves it: the guest computes the divisor of its baud rate from this. */
  clock: number;
  /** The name of Linux's console, without /dev. */
  linuxName: string;
}

/** Debian's kernels for arm64: only the generic one has drivers for the UARTs of boards. */
export type DebianKernel = 'linux-image-cloud-arm64' | 'linux-image-arm64';

/** How QEMU runs an image for this board. */
export interface QemuMachine {
  machine: string;
  cpu: string;
  /** MiB of RAM given with -m. */
  memoryMiB: number;
  /** CPUs given with -smp; one when not given. */
  cpus?: number;
  /** The oldest QEMU with this machine: major, minor, micro. */
  since: readonly [number, number, number];
  /** Which of the machine's serial ports is the console, from 0. */
  serial: number;
  /** What plays the firmware where the machine starts at EL3: a program of harness/machine/qemu/firmware. */
  firmware?: 'imx8';
}

/** Where the main job's guest sees things; all are guest physical addresses (IPAs). */
interface GuestDefaults {
  kernel: DebianKernel;
  ram: Range;
  dtb: number;
  initrd: number;
}

/** How an image gets onto the board: QEMU's loader, U-Boot, a card, NXP's uuu over the chip's serial download. */
export type StartWay = 'qemu' | 'uboot' | 'sdcard' | 'uuu';

/** Something that was tried by this project, and where: an image that was built only shows that it can be built. */
export interface Trial {
  on: 'hardware' | 'qemu' | 'build';
  what: string;
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
  gic: Gic;
  uart: Uart;
  /** The highest INTID that seL4 hands out on it (MAX_IRQ of the platform). */
  lastIntid: number;
  /** INTIDs of the generic timer's PPIs. */
  timers: { virtual: number; physical: number; hypervisor: number; secure: number };
  /**
   * `cores`: how many Microkit's SMP configurations run on (smp_cores of its build_sdk.py).
   * `armv8`: N of its architecture, Armv8.N, which says how it translates; `pageSizes`: KiB of the pages that it has at
   * stage 1 (ID_AA64MMFR0_EL1 in its manual).
   */
  cpu: {
    compatible: string;
    armv8: number;
    cores: number;
    listRegisters: number;
    pageSizes: readonly number[];
  };
  guest: GuestDefaults;
  qemu?: QemuMachine;
  start: readonly StartWay[];
  /** Byte of an SD card at which the chip's boot ROM looks for U-Boot (U-Boot, doc/board); not given where that takes more. */
  cardLoader?: number;
  /** SDK providers that have this board. */
  providers: ('microkit' | 'minikit')[];
  tried: readonly Trial[];
  /** What is known not to work, a sentence each. */
  limits: readonly string[];
}
