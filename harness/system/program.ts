// SPDX-License-Identifier: BSD-2-Clause
/** The parts of a protection domain's ELF file that Microkit relies on. */
import type { AddressRange } from '../base/ranges.js';
import type { ElfFile, Segment } from './elf.js';
import { smallPage } from './limits.js';

/** Symbols that libmicrokit defines and the tool sets, with their least sizes in bytes. */
export const microkitSymbols = {
  microkit_name: 1,
  microkit_passive: 1,
  microkit_irqs: 8,
  microkit_notifications: 8,
  microkit_pps: 8,
} as const;
/** libmicrokit's linker script defines it: the page behind the program. */
export const ipcBufferSymbol = '__sel4_ipc_buffer_obj';
/** Bytes of a variable that setvar sets: a 64-bit word. */
export const setvarBytes = 8;

/** The pages that a segment takes. */
export function pagesOf({ vaddr, data }: Segment): AddressRange {
  const base = Math.floor(vaddr / smallPage) * smallPage;
  return { base, end: Math.ceil((vaddr + data.length) / smallPage) * smallPage };
}

/** Where in the ELF file's segments a symbol lies, when it lies in one. */
export function locate(
  elf: ElfFile,
  symbol: string,
): { segment: Segment; offset: number; size: number } | undefined {
  const found = elf.symbols.get(symbol);
  if (found === undefined || found.ambiguous) return undefined;
  const { value, size } = found;
  const segment = elf.segments.find(
    ({ vaddr, data }) => value >= vaddr && value + size <= vaddr + data.length && value < vaddr + data.length,
  );
  return segment === undefined ? undefined : { segment, offset: value - segment.vaddr, size };
}
