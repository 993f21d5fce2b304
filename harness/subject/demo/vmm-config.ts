// SPDX-License-Identifier: BSD-2-Clause
/**
 * `vmm_config.h`: what the VMM must know about its board and its guest, generated from the same data as the system
 * description.
 */

import { type Board, redistributorStride } from '../../../boards/board.js';
import type { GuestLayout } from '../../../guest-builder/linux/layout.js';
import { cHeader, defines } from '../../base/c-header.js';
import { hex } from '../../base/text.js';

/** The VMM's channel for the guest's UART interrupt, in the system description and in C. */
export const uartChannel = 1;

/**
 * Whether the guest reads the distributor directly from a page of RAM that the VMM maintains. This is possible only
 * where no register is banked by CPU, and only on a GICv2, whose registers fit into one page.
 */
export const hasDistributorPage = ({ gic }: Board, vcpus: number): boolean =>
  gic.version === 2 && vcpus === 1;

export interface VmmConfigOptions {
  /** The unpacked size, in bytes, of a kernel that is packed in the VMM. */
  inflatedSize?: number | undefined;
  /** Bit N: vCPU N runs on another core than the VMM. */
  elsewhere?: number;
}

/** The text of the header. */
export function vmmConfig(
  board: Board,
  vcpus: number,
  layout: GuestLayout,
  { inflatedSize, elsewhere = 0 }: VmmConfigOptions = {},
): string {
  const { gic, uart, timers, cpu } = board;
  const values: Record<string, string | number> = {
    VMM_GUEST_RAM_IPA: hex(layout.ram.base),
    VMM_GUEST_RAM_SIZE: hex(layout.ram.size),
    VMM_GUEST_DTB_IPA: hex(layout.dtb.base),
    VMM_GUEST_INITRD_IPA: hex(layout.initrd.base),
    VMM_GUEST_VCPUS: vcpus,
    VMM_UART_INTID: uart.intid,
    VMM_UART_CHANNEL: uartChannel,
    VMM_UART_TRIGGER_EDGE: uart.trigger === 'edge' ? 1 : 0,
    VMM_GIC_VERSION: gic.version,
    VMM_GICD_BASE: hex(gic.distributor),
    VMM_GICD_SIZE: hex(gic.frameSize),
    ...(gic.version === 2
      ? { VMM_GICC_BASE: hex(gic.cpuInterface) }
      : {
          VMM_GICR_BASE: hex(gic.redistributor),
          VMM_GICR_SIZE: hex(vcpus * redistributorStride),
        }),
    VMM_GIC_INTIDS: gic.intids,
    VMM_LIST_REGISTERS: cpu.listRegisters,
    VMM_VTIMER_INTID: timers.virtual,
    VMM_CPU_ARMV8: cpu.armv8,
    ...(elsewhere !== 0 && { VMM_VCPUS_ELSEWHERE: hex(elsewhere) }),
    ...(hasDistributorPage(board, vcpus) && { VMM_GICD_PAGE: 1 }),
    ...(inflatedSize !== undefined && { VMM_KERNEL_INFLATED_SIZE: hex(inflatedSize) }),
  };
  const guest = `a guest with ${vcpus} vCPU${vcpus === 1 ? '' : 's'}`;
  return cHeader(`boards/${board.name} for ${guest}`, defines(values));
}
