// SPDX-License-Identifier: BSD-2-Clause
import { largePage, smallPage } from './limits.js';
import type { Mapping, MemoryRegion } from './nodes.js';

/** Bytes of a memory region's pages: 2 MiB wherever its size and all its addresses allow them, as the Microkit tool does. */
export function pageSizeOf(region: MemoryRegion, size: number, maps: readonly Mapping[]): number {
  const { pageSize = smallPage, physAddr = 0 } = region.attributes;
  const addresses = maps.filter(({ mr }) => mr === region.name).map(({ vaddr }) => vaddr);
  const fits = [size, physAddr, ...addresses].every((value) => value % largePage === 0);
  return fits ? largePage : pageSize;
}
