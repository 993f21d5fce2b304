// SPDX-License-Identifier: BSD-2-Clause
/** The project's data about a board. System files, guest device trees and C headers are all generated from it. */

/** A range of physical addresses: `base` inclusive, `size` in bytes. */
export interface Range {
  base: number;
  size: number;
}

/** Arm GICv2 (IHI 0048B): physical base addresses of its four register frames. */
export interface GicV2 {
  version: 2;
  distributor: number;
  /** GICC: the address at which a guest sees its CPU interface. */
  cpuInterface: number;
  /** GICH: the hypervisor's interface, with the list registers. */
  hypervisorInterface: number;
  /** GICV: the virtual CPU interface, mapped for the guest at GICC's address. */
  virtualCpuInterface: number;
  /** Size of the distributor in the device tree, in bytes. */
  frameSize: number;
  /** Size of the CPU interface in the device tree, in bytes. GICC_DIR is in the second page. */
  cpuInterfaceSize: number;
  /** Number of INTIDs, without the special ones (GICD_TYPER.ITLinesNumber): a multiple of 32. */
  intids: number;
  /** INTID of the GICH maintenance interrupt. */
  maintenance: number;
}

/** Arm GICv3 (IHI 0069). The CPU interface is in system registers, so a guest gets none of the frames. */
export interface GicV3 {
  version: 3;
  distributor: number;
  /** Size of the distributor in the device tree, in bytes. */
  frameSize: number;
  /** The first redistributor. They are contiguous, `redistributorStride` bytes per CPU. */
  redistributor: number;
  /** Size of all redistributors in the device tree, in bytes. */
  redistributorSize: number;
  /** Number of INTIDs, without the special ones (GICD_TYPER.ITLinesNumber): a multiple of 32. */
  intids: number;
  /** INTID of the maintenance interrupt. */
  maintenance: number;
}

type Gic = GicV2 | GicV3;

/** Size of one CPU's redistributor in bytes: RD_base and SGI_base, 64 KiB each (IHI 0069, 12.10). */
export const redistributorStride = 0x2_0000;

/** The UARTs for which the project has drivers and device tree nodes. */
export type UartKind = 'pl011' | 'imx' | 'meson' | 'cadence' | '8250';

/** A UART as the guest sees it. */
export interface Uart {
  kind: UartKind;
  /** The `compatible` strings of its device tree node, the most specific first. */
  compatible: readonly string[];
  base: number;
  /** Size of the registers in the device tree, in bytes. */
  size: number;
  /** INTID (SPI number + 32). */
  intid: number;
  trigger: 'level' | 'edge';
  /** Rate in Hz of its reference clock as firmware leaves it. The guest computes its baud rate divisor from this. */
  clock: number;
  /** The name of Linux's console, without /dev. */
  linuxName: string;
}

/** Debian's kernels for arm64. Only the generic one has drivers for the UARTs of boards. */
export type DebianKernel = 'linux-image-cloud-arm64' | 'linux-image-arm64';

/** How QEMU runs an image for this board. */
export interface QemuMachine {
  machine: string;
  cpu: string;
  /** MiB of RAM, for -m. */
  memoryMiB: number;
  /** Number of CPUs, for -smp; 1 by default. */
  cpus?: number;
  /** The oldest QEMU with this machine: major, minor, micro. */
  since: readonly [number, number, number];
  /** The number of the machine's serial port that is the console, from 0. */
  serial: number;
  /** Replaces the firmware if the machine starts at EL3: a program of harness/machine/qemu/firmware. */
  firmware?: 'imx8' | 'zynqmp' | 'bcm2711' | undefined;
  /** The number of CPUs of a machine that allows no other number. */
  fixedCpus?: number;
  /** Differences on the bare machine of a conformance run: it has one security state if possible. */
  bare?: Partial<Pick<QemuMachine, 'machine' | 'firmware' | 'more'>>;
  /** Additional arguments that the machine needs. */
  more?: readonly string[];
}

/** Where the demo's guest sees its resources. All are guest physical addresses (IPAs). */
interface GuestDefaults {
  kernel: DebianKernel;
  ram: Range;
  dtb: number;
  initrd: number;
}

/** How an image gets onto the board: QEMU's loader, U-Boot, a card, NXP's uuu over the chip's serial download mode. */
export type StartWay = 'qemu' | 'uboot' | 'sdcard' | 'uuu';

/** Something that this project has tried, and where. `build` shows only that an image can be built. */
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
  /** The address at which the image is loaded and entered, at EL2. */
  loadAddress: number;
  gic: Gic;
  uart: Uart;
  /** The highest INTID that seL4 hands out on it (MAX_IRQ of the platform). */
  lastIntid: number;
  /** INTIDs of the generic timer's PPIs. */
  timers: { virtual: number; physical: number; hypervisor: number; secure: number };
  /**
   * `cores`: the number of cores in Microkit's SMP configurations (smp_cores of its build_sdk.py), 1 if it has none. `armv8`: N of its
   * architecture Armv8.N, which determines its address translation. `pageSizes`: the page sizes in KiB that it has at
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
  /** The rate at which its boot loader leaves the console; 115200 by default. */
  baud?: number;
  /** The key that stops its vendor's own U-Boot, if only one key does. */
  stopKey?: string;
  /**
   * Byte offset on an SD card at which the chip's boot ROM looks for U-Boot (U-Boot, doc/board); absent if a card needs
   * more than that.
   */
  cardLoader?: number;
  /** SDK providers that support this board. */
  providers: ('microkit' | 'minikit')[];
  tried: readonly Trial[];
  /** Known limits, one sentence each. */
  limits: readonly string[];
}
