// SPDX-License-Identifier: BSD-2-Clause
/** Assigns physical addresses to the pieces of a plan: the image at the load address, everything else around it. */
import { HarnessError } from '../../harness/base/error.js';
import { type AddressRange, merged, rangeOf, within } from '../../harness/base/ranges.js';
import type { ElfFile } from '../../harness/system/elf.js';
import { largePage, smallPage } from '../../harness/system/limits.js';
import { formatHex } from '../../harness/system/values.js';
import { PhysicalMemory } from './memory.js';
import type { Plan } from './plan.js';
import type { Platform } from './platform.js';

export interface Placement {
  kernel: AddressRange;
  table: AddressRange;
  /** The kernel, the table and the programs. */
  image: AddressRange;
  heap: AddressRange;
  /** RAM to clear before the first protection domain runs; sorted, with adjacent ranges merged. */
  clear: AddressRange[];
}

const wholePages = (value: number) => Math.ceil(value / smallPage) * smallPage;

/** The kernel's memory. Throws unless it begins with the entry point at the load address. */
export function kernelRange({ path, entry, segments }: ElfFile, loadAddress: number): AddressRange {
  const base = Math.min(...segments.map(({ paddr }) => paddr));
  const end = Math.max(...segments.map(({ paddr, data }) => paddr + data.length));
  if (segments.length === 0 || base !== loadAddress || entry !== loadAddress) {
    throw new HarnessError('harness', 'the kernel is not linked to begin at the load address', {
      where: path,
      expected: `its first byte and its entry at ${formatHex(loadAddress)}`,
      got: segments.length === 0 ? 'nothing to load' : `${formatHex(base)} and ${formatHex(entry)}`,
      wayOut: 'build minikit again: make -C minikit',
    });
  }
  return { base, end: wholePages(end) };
}

/** Places a plan. Throws HarnessError when it does not fit. @param tableSize bytes @param heapSize bytes */
export function placeSystem(
  plan: Plan,
  kernel: AddressRange,
  tableSize: number,
  heapSize: number,
  platform: Platform,
): Placement {
  const ram = platform.facts.memory;
  const memory = new PhysicalMemory(ram);
  const table = { base: kernel.end, end: kernel.end + wholePages(tableSize) };
  let next = table.end;
  for (const piece of plan.pieces) {
    if (piece.data === undefined) continue;
    piece.paddr = next;
    next += piece.size;
  }
  const image = { base: kernel.base, end: next };
  if (!ram.some(({ base, end }) => image.base >= base && image.end <= end)) {
    throw new HarnessError('product', 'the image does not fit into memory', {
      expected: `at most ${formatHex(Math.max(...ram.map(({ end }) => end)) - image.base)} bytes at ${formatHex(image.base)}`,
      got: `${formatHex(image.end - image.base)} bytes`,
      wayOut: 'make the programs smaller, or give large data a memory region',
    });
  }
  memory.take(image, 'the image');
  const rest = plan.pieces.filter(({ data }) => data === undefined);
  for (const { paddr, size, label } of rest)
    if (paddr !== undefined) memory.take(rangeOf(paddr, size), label);
  const placeAll = (pageSize: number) => {
    for (const piece of rest)
      if (piece.paddr === undefined && piece.pageSize === pageSize)
        piece.paddr = memory.allocate(piece.size, pageSize, piece.label);
  };
  placeAll(largePage);
  const heap = rangeOf(memory.allocate(heapSize, smallPage, "the kernel's heap"), heapSize);
  placeAll(smallPage);
  const clear = rest.flatMap(({ paddr = 0, size }) => within(rangeOf(paddr, size), ram));
  return { kernel, table, image, heap, clear: merged(clear) };
}
