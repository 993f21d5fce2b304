// SPDX-License-Identifier: BSD-2-Clause
/** The Microkit system of the demo: one VMM and one Linux guest with the board's UART. */

import type { Board, Range } from '../../../boards/board.js';
import { largePage, smallPage } from '../../base/pages.js';
import { Comment } from '../../system/element.js';
import { System } from '../../system/index.js';
import { hasDistributorPage, uartChannel } from './vmm-config.js';

/**
 * Microseconds of a guest's budget and period when some of its vCPUs run on other cores than its VMM. With the usual
 * millisecond, an entry into seL4 that waits for the kernel's lock can outlast the budget. The timer and maintenance
 * interrupts of the vCPU are then dropped each time, for ever (docs/known-issues.md).
 */
export const budgetAcrossCores = 1_000_000;
const whyBudget =
  ' The vCPUs run on several cores: with a budget of a millisecond seL4 can drop their interrupts for ever. ';

/** The core of each vCPU. With several `cores`, the VMM runs on core 0, alone if there are enough. */
const coresOfVcpus = (vcpus: number, cores: number): number[] =>
  Array.from({ length: vcpus }, (_, id) => (id + (cores > vcpus ? 1 : 0)) % cores);

/** Bit N: vCPU N runs on another core than the VMM. */
export const vcpusElsewhere = (vcpus: number, cores: number): number =>
  coresOfVcpus(vcpus, cores).reduce((bits, core, id) => (core === 0 ? bits : bits | (1 << id)), 0);

/** Larger numbers run first: the VMM handles a fault before any guest continues. */
const priorities = { vmm: 254, guest: 1 };

/** The pages that contain a device's registers. */
function wholePages({ base, size }: Range): Range {
  const begin = base - (base % smallPage);
  return { base: begin, size: Math.ceil((base + size - begin) / smallPage) * smallPage };
}

/**
 * The system description for `vcpus` (1 to 4) and this guest RAM. The VMM's program is `vmm_linux.elf`. `inflatedSize`
 * is the unpacked size of a kernel that is packed in the VMM, in bytes; the VMM gets memory for it. With several
 * `cores`, the VMM runs on core 0, alone if there are enough cores, and each vCPU on the next. On one core a vCPU runs for
 * `slice` microseconds before the next one gets its turn; Microkit's default is a millisecond.
 */
export function linuxSystem(
  board: Board,
  vcpus: number,
  ram: Range,
  inflatedSize?: number,
  cores = 1,
  slice?: number,
): System<'2.1.0'> {
  const { gic, uart } = board;
  // A description for one core uses nothing that is new in 2.1.0.
  const system = new System({ microkit: '2.1.0' });
  const onCore = (cpu: number) => (cores > 1 ? { cpu } : {});
  const guestRam = system.memoryRegion({ name: 'guest_ram', size: ram.size, pageSize: largePage });
  const uartPages = wholePages(uart);
  const uartFrame = system.memoryRegion({ name: 'uart', size: uartPages.size, physAddr: uartPages.base });

  const vmm = system.protectionDomain({
    name: 'vmm',
    priority: priorities.vmm,
    ...onCore(0),
    programImage: 'vmm_linux.elf',
  });
  // Mapped at its guest physical address, so that the VMM's pointers and the guest's addresses are the same numbers.
  vmm.map(guestRam, { vaddr: ram.base, perms: 'rw', setvarVaddr: 'guest_ram_vaddr' });
  vmm.irq({ irq: uart.intid, id: uartChannel, trigger: uart.trigger });

  if (inflatedSize !== undefined) {
    const size = Math.ceil(inflatedSize / largePage) * largePage;
    const kernel = system.memoryRegion({ name: 'kernel_image', size, pageSize: largePage });
    vmm.map(kernel, { vaddr: ram.base + ram.size, perms: 'rw', setvarVaddr: 'kernel_image_vaddr' });
  }

  const cpus = coresOfVcpus(vcpus, cores);
  const elsewhere = cpus.some((cpu) => cpu !== 0);
  const budget = elsewhere ? budgetAcrossCores : slice;
  const times = budget === undefined ? {} : { budget, period: budget };
  if (elsewhere) vmm.content.push(new Comment(whyBudget));
  const guest = vmm.virtualMachine({ name: 'linux', priority: priorities.guest, ...times });
  for (const [id, cpu] of cpus.entries()) guest.vcpu({ id, ...onCore(cpu) });
  guest.map(guestRam, { vaddr: ram.base, perms: 'rwx' });
  guest.map(uartFrame, { vaddr: uartPages.base, perms: 'rw', cached: false });
  if (gic.version === 2) {
    // The guest's CPU interface is really the hardware's virtual CPU interface. That of a GICv3 is in system registers.
    // It takes two pages: GICV_DIR is in the second (IHI 0048B, table 5-9).
    const gicVcpu = system.memoryRegion({
      name: 'gic_vcpu',
      size: 2 * smallPage,
      physAddr: gic.virtualCpuInterface,
    });
    guest.map(gicVcpu, { vaddr: gic.cpuInterface, perms: 'rw', cached: false });
  }

  if (hasDistributorPage(board, vcpus)) {
    const gicd = system.memoryRegion({ name: 'guest_gicd', size: smallPage });
    // Uncached in both: the guest maps it as a device.
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
