// SPDX-License-Identifier: BSD-2-Clause
/**
 * The common properties of the Raspberry Pi 4 boards, from their device trees in seL4. Addresses in its `soc` node are
 * translated by `ranges`: 0x7e000000 there is 0xfe000000 to the CPU, and 0x40000000 is 0xff800000.
 */
import type { Board, GicV2, QemuMachine, Uart } from './board.js';
import { cortexA53, guestAt1GiB, timers } from './common.js';

const gic: GicV2 = {
  version: 2,
  intids: 224,
  distributor: 0xff84_1000,
  cpuInterface: 0xff84_2000,
  hypervisorInterface: 0xff84_4000,
  virtualCpuInterface: 0xff84_6000,
  frameSize: 0x1000,
  cpuInterfaceSize: 0x2000,
  maintenance: 25,
};

/**
 * The mini UART: similar to an 8250, in the page of the AUX block, whose interrupt it shares with two SPI controllers.
 */
const miniUart: Uart = {
  kind: '8250',
  compatible: ['brcm,bcm2835-aux-uart'],
  base: 0xfe21_5040,
  size: 0x40,
  intid: 125,
  trigger: 'level',
  clock: 500_000_000,
  linuxName: 'ttyS1',
};

/** The consequences of the AUX block's shared page. */
const limits = [
  'The mini UART shares its page with the AUX block: a guest can switch that block on and off, and reach two SPI controllers.',
  "The guest computes its baud rate from the chip's core clock, which firmware may have set differently (config.txt, enable_uart=1, core_freq).",
];

/** What differs by the size of the memory, or by what was tried. */
type OfEach = 'name' | 'description' | 'memory' | 'qemu' | 'start' | 'providers' | 'tried';

/** What all of them have. */
export const raspberryPi4: Omit<Board, OfEach> = {
  sel4Platform: 'rpi4',
  loadAddress: 0x1000_0000,
  gic,
  uart: miniUart,
  lastIntid: 216,
  timers,
  cpu: { ...cortexA53, compatible: 'arm,cortex-a72' },
  guest: guestAt1GiB,
  limits,
};

/** Memory below the GPU's, which firmware places at the end of the first GiB. The first page has the parked CPUs. */
export const lowMemory: Board['memory'][number] = { base: 0x1000, size: 0x3b3f_f000 };
/** The rest of 4 GiB, up to the devices. */
export const highMemory: Board['memory'][number] = { base: 0x4000_0000, size: 0xbc00_0000 };

/** QEMU's machine has 2 GiB. */
export const qemu: QemuMachine = {
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
};
