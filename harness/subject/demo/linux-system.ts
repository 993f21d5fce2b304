// SPDX-License-Identifier: BSD-2-Clause
/** The Microkit system of the main job: one VMM, one Linux guest with the board's UART. */

import type { Board, Range } from '../../../boards/board.js';
import { largePage, smallPage } from '../../base/pages.js';
import { System } from '../../system/index.js';
import { hasDistributorPage, uartChannel } from './vmm-config.js';

/** Larger numbers run first: the VMM handles a fault before any guest goes on. */
const priorities = { vmm: 254, guest: 1 };

/** The pages that hold a device's registers. */
function wholePages({ base, size }: Range): Range {
  const begin = base - (base % smallPage);
  return { base: begin, size: Math.ceil((base + size - begin) / smallPage) * smallPage };
}

/**
 * The system description for `vcpus` (1 to 4) and this guest RAM. The VMM's program is `vmm_linux.elf`. A kernel that
 * lies packed in it has `inflatedSize` bytes when unpacked, and the VMM gets memory for that.
 */
export function linuxSystem(board: Board, vcpus: number, ram: Range, inflatedSize?: number): System {
  const { gic, uart } = board;
  const system = new System();
  const guestRam = system.memoryRegion({ name: 'guest_ram', size: ram.size, pageSize: largePage });
  const uartPages = wholePages(uart);
  const uartFrame = system.memoryRegion({ name: 'uart', size: uartPages.size, physAddr: uartPages.base });

  const vmm = system.protectionDomain({
    name: 'vmm',
    priority: priorities.vmm,
    programImage: 'vmm_linux.elf',
  });
  // At its guest physical address, so that the VMM's pointers and the guest's addresses are the same numbers.
  vmm.map(guestRam, { vaddr: ram.base, perms: 'rw', setvarVaddr: 'guest_ram_vaddr' });
  vmm.irq({ irq: uart.intid, id: uartChannel, trigger: uart.trigger });

  if (inflatedSize !== undefined) {
    const size = Math.ceil(inflatedSize / largePage) * largePage;
    const kernel = system.memoryRegion({ name: 'kernel_image', size, pageSize: largePage });
    vmm.map(kernel, { vaddr: ram.base + ram.size, perms: 'rw', setvarVaddr: 'kernel_image_vaddr' });
  }

  const guest = vmm.virtualMachine({ name: 'linux', priority: priorities.guest });
  for (let id = 0; id < vcpus; id += 1) guest.vcpu({ id });
  guest.map(guestRam, { vaddr: ram.base, perms: 'rwx' });
  guest.map(uartFrame, { vaddr: uartPages.base, perms: 'rw', cached: false });
  if (gic.version === 2) {
    // What the guest takes for its CPU interface is the hardware's virtual one; a GICv3's is in system registers.
    // Two pages: GICV_DIR lies in the second (IHI 0048B, table 5-9).
    const gicVcpu = system.memoryRegion({
      name: 'gic_vcpu',
      size: 2 * smallPage,
      physAddr: gic.virtualCpuInterface,
    });
    guest.map(gicVcpu, { vaddr: gic.cpuInterface, perms: 'rw', cached: false });
  }

  if (hasDistributorPage(board, vcpus)) {
    const gicd = system.memoryRegion({ name: 'guest_gicd', size: smallPage });
    // Uncached, as the guest reads it: to the guest it is a device.
    vmm.map(gicd, {
      vaddr: gic.distributor,
      perms: 'rw',
      cached: false,
      setvarVaddr: 'guest_gicd_vaddr',
    });
    guest.map(gicd, { vaddr: gic.distributor, perms: 'r' });
  }
  return system;
}
