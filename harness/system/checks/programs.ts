// SPDX-License-Identifier: BSD-2-Clause
/**
 * The programs of protection domains: the ELF files that the description names, and the variables that it sets in them.
 */
import { HarnessError } from '../../base/error.js';
import { overlap, rangeOf } from '../../base/ranges.js';
import { nearest } from '../../base/spelling.js';
import type { Description } from '../description.js';
import type { ElfFile } from '../elf.js';
import { formatRange } from '../format.js';
import { domainTop } from '../layout.js';
import { ipcBufferOnTop, limits, smallPage } from '../limits.js';
import type { ProtectionDomain } from '../nodes.js';
import { ipcBufferSymbol, locate, microkitSymbols, pagesOf, setvarBytes } from '../program.js';
import { formatHex } from '../values.js';
import { has } from '../versions.js';
import type { Check, CheckContext, NamedRange, Report } from './check.js';
import { placeOf, regionsByName, repeated, sizeOf, sound } from './lookup.js';
import { symbolUses } from './setvars.js';

/** The protection domains whose programs are checked. Those above the limit are reported elsewhere. */
const programmed = (system: Description) => system.domains.slice(0, limits.protectionDomains);

/** Each protection domain whose program can be read, with that program. */
function programs(system: Description, { program }: CheckContext) {
  if (program === undefined) return [];
  return programmed(system).flatMap(({ domain }) => {
    const path = domain.programImage;
    if (path === undefined) return [];
    try {
      return [{ domain, elf: program(path, domain.symbolImage) }];
    } catch (error) {
      if (error instanceof HarnessError) return [];
      throw error;
    }
  });
}

const file: Check = {
  about: 'a program that is missing, or is not an AArch64 ELF file',
  shows: 'tool',
  aarch64: true,
  run(system, report, { program }) {
    if (program === undefined) return;
    for (const { domain } of programmed(system)) {
      for (const image of sound(domain.all('program_image'))) {
        try {
          program(image.attributes.path, image.attributes.pathForSymbols);
        } catch (error) {
          if (!(error instanceof HarnessError)) throw error;
          const { where, ...detail } = error.detail;
          const what = where === undefined ? error.message : `${where}: ${error.message}`;
          report({ element: image, attribute: 'path' }, what, detail);
        }
      }
    }
  },
};

const segments = ({ segments, path }: ElfFile): NamedRange[] =>
  segments.map((segment) => ({ range: pagesOf(segment), what: `its program ${path}` }));

/** The page of a protection domain's IPC buffer: at the top of its address space, or where its program places it. */
function ipcBuffer(system: Description, domain: ProtectionDomain, elf: ElfFile, top: number): NamedRange[] {
  const symbol = elf.symbols.get(ipcBufferSymbol);
  const linked = symbol === undefined ? undefined : rangeOf(symbol.value, smallPage);
  const range = domainTop(system, domain, top).ipcBuffer ?? linked;
  return range === undefined ? [] : [{ range, what: 'its IPC buffer' }];
}

/** Reports each map of a protection domain that covers one of the `taken` ranges. */
function covering(
  system: Description,
  report: Report,
  domain: ProtectionDomain,
  taken: readonly NamedRange[],
  context: CheckContext,
): void {
  const regions = regionsByName(system);
  for (const map of sound(domain.maps)) {
    const range = rangeOf(map.vaddr, sizeOf(regions.get(map.mr), context) ?? 0);
    const other = taken.find((candidate) => overlap(candidate.range, range));
    if (other === undefined) continue;
    report(
      { element: map, attribute: 'vaddr' },
      `the map of '${map.mr}' covers memory that '${domain.name}' needs`,
      {
        got: `the map is at ${formatRange(range)}, ${other.what} at ${formatRange(other.range)}`,
        wayOut: 'map it elsewhere',
      },
    );
  }
}

const overProgram: Check = {
  about: "a map over its protection domain's own program",
  shows: 'tool',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context))
      covering(system, report, domain, segments(elf), context);
  },
};

const overIpcBuffer: Check = {
  about: "a map over its protection domain's own IPC buffer",
  shows: 'later',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context))
      covering(system, report, domain, ipcBuffer(system, domain, elf, context.addressTop), context);
  },
};

const sharedPages: Check = {
  about: 'a program in which two segments, or a segment and the IPC buffer, share a page',
  shows: 'boot',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context)) {
      const { stack } = domainTop(system, domain, context.addressTop);
      const all = [
        ...segments(elf),
        ...ipcBuffer(system, domain, elf, context.addressTop),
        { range: stack, what: 'its stack' },
      ];
      const parts = all.sort((a, b) => a.range.base - b.range.base);
      parts.forEach((part, index) => {
        const next = parts[index + 1];
        const [image] = domain.all('program_image');
        if (next === undefined || image === undefined || !overlap(part.range, next.range)) return;
        report({ element: image, attribute: 'path' }, `the parts of ${elf.path} share a page`, {
          expected: `each in separate pages of ${formatHex(smallPage)}`,
          got: `${part.what} at ${formatRange(part.range)}, ${next.what} at ${formatRange(next.range)}`,
          wayOut: "link it with the SDK's microkit.ld",
        });
      });
    }
  },
};

const entry: Check = {
  about: 'a program that would start outside its executable segments',
  shows: 'later',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context)) {
      const [image] = domain.all('program_image');
      const inside = elf.segments.some(
        ({ vaddr, data, executable }) => executable && elf.entry >= vaddr && elf.entry < vaddr + data.length,
      );
      if (inside || image === undefined) continue;
      report({ element: image, attribute: 'path' }, `${elf.path} starts outside its executable segments`, {
        got: `its entry is ${formatHex(elf.entry)}`,
        wayOut: "link it with libmicrokit.a and the SDK's microkit.ld",
      });
    }
  },
};

const libmicrokit: Check = {
  about: 'a program that is not linked with libmicrokit',
  shows: 'tool',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context)) {
      const missing = Object.entries(microkitSymbols(system.microkit))
        .filter(([name, least]) => (locate(elf, name)?.size ?? 0) < least)
        .map(([name]) => name);
      if (!ipcBufferOnTop(system.microkit) && !elf.symbols.has(ipcBufferSymbol))
        missing.push(ipcBufferSymbol);
      const [image] = domain.all('program_image');
      if (missing.length === 0 || image === undefined) continue;
      report({ element: image, attribute: 'path' }, `${elf.path} is not linked with libmicrokit`, {
        expected: `its symbols ${missing.join(', ')}`,
        wayOut: "link it with libmicrokit.a and the SDK's microkit.ld, and do not strip it",
      });
    }
  },
};

const symbols: Check = {
  about: 'a symbol to be set that is missing, ambiguous or too small in the program',
  shows: 'tool',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context)) {
      for (const { symbol, element, attribute } of symbolUses(system, domain)) {
        const found = elf.symbols.get(symbol);
        const size = locate(elf, symbol)?.size;
        const fits = has(system.microkit, '2.1.0') ? size === setvarBytes : (size ?? 0) >= setvarBytes;
        if (fits) continue;
        const what = `symbol '${symbol}' cannot be set in ${elf.path} of protection domain '${domain.name}'`;
        const expected = `a variable of ${setvarBytes} bytes in the program`;
        const guess = nearest(symbol, elf.symbols.keys());
        if (found === undefined) {
          const wayOut =
            guess === undefined
              ? 'the compiler leaves out a static variable that is never read'
              : `did you mean '${guess}'?`;
          report({ element, attribute }, what, { expected, got: 'no such symbol', wayOut });
        } else if (found.ambiguous) {
          report({ element, attribute }, what, { expected, got: 'several symbols of that name' });
        } else {
          const got = size === undefined ? 'a symbol outside its segments' : `${size} bytes`;
          report({ element, attribute }, what, { expected, got, wayOut: 'make it a uint64_t or uintptr_t' });
        }
      }
    }
  },
};

/** Two symbols may name the same variable, and both would be written. */
const aliases: Check = {
  about: 'two symbols to be set that overlap',
  shows: 'later',
  aarch64: true,
  run(system, report, context) {
    for (const { domain, elf } of programs(system, context)) {
      const uses = symbolUses(system, domain).filter(({ symbol }) => locate(elf, symbol) !== undefined);
      for (const { item, first } of repeated(uses, ({ symbol }) => elf.symbols.get(symbol)?.value)) {
        if (item.symbol === first.symbol) continue;
        report(
          { element: item.element, attribute: item.attribute },
          `'${item.symbol}' and '${first.symbol}' are the same variable`,
          {
            got: `both are at ${formatHex(elf.symbols.get(item.symbol)?.value ?? 0)}; the other is set at ${placeOf(first.element, first.attribute)}`,
          },
        );
      }
    }
  },
};

export const programChecks = {
  program_file: file,
  program_libmicrokit: libmicrokit,
  program_entry: entry,
  program_pages: sharedPages,
  program_overlap: overProgram,
  program_ipc_buffer: overIpcBuffer,
  program_symbols: symbols,
  program_aliases: aliases,
};
