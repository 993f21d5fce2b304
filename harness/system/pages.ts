// SPDX-License-Identifier: BSD-2-Clause
import { largePage, smallPage } from './limits.js';
import type { Mapping, MemoryRegion } from './nodes.js';

/**
 * Page size of a memory region in bytes: 2 MiB wherever its size and all its addresses allow it, as in the Microkit
 * tool.
 */
export function pageSizeOf(region: MemoryRegion, size: number, maps: readonly Mapping[]): number {
  const { pageSize = smallPage, physAddr = 0 } = region.attributes;
  const addresses = maps.filter(({ mr }) => mr === region.name).map(({ vaddr }) => vaddr);
  const fits = [size, physAddr, ...addresses].every((value) => value % largePage === 0);
  return fits ? largePage : pageSize;
}
