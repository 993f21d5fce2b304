// SPDX-License-Identifier: BSD-2-Clause
/** The parts of a protection domain's ELF file on which Microkit relies. */
import type { AddressRange } from '../base/ranges.js';
import type { ElfFile, Segment } from './elf.js';
import { smallPage } from './limits.js';
import { has, type Version } from './versions.js';

const symbolsOfAll = {
  microkit_name: 1,
  microkit_passive: 1,
  microkit_irqs: 8,
  microkit_notifications: 8,
  microkit_pps: 8,
};

/** Symbols that libmicrokit of a version defines and its tool sets, with their least sizes in bytes. */
export const microkitSymbols = (version: Version): Readonly<Record<string, number>> =>
  has(version, '2.1.0') ? { ...symbolsOfAll, microkit_ioports: 8 } : symbolsOfAll;

/** Defined by libmicrokit's linker script: the page after the program. */
export const ipcBufferSymbol = '__sel4_ipc_buffer_obj';
/** Size of a variable that setvar sets, in bytes: a 64-bit word. */
export const setvarBytes = 8;

/** The pages that a segment occupies. */
export function pagesOf({ vaddr, data }: Segment): AddressRange {
  const base = Math.floor(vaddr / smallPage) * smallPage;
  return { base, end: Math.ceil((vaddr + data.length) / smallPage) * smallPage };
}

/** The position of a symbol in the ELF file's segments; undefined when it is in none. */
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
