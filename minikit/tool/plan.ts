// SPDX-License-Identifier: BSD-2-Clause
/** Plans the memory of a system, without addresses: pieces of memory, and the maps of each address space. */
import { readFileSync } from 'node:fs';
import type { SearchPath } from '../../harness/microkit/search-path.js';
import type { CheckContext } from '../../harness/system/checks/check.js';
import { sizeOf } from '../../harness/system/checks/lookup.js';
import { symbolUses } from '../../harness/system/checks/setvars.js';
import type { Description, Placed } from '../../harness/system/description.js';
import type { ElfFile, Segment } from '../../harness/system/elf.js';
import { domainTop } from '../../harness/system/layout.js';
import { smallPage } from '../../harness/system/limits.js';
import type { Mapping } from '../../harness/system/nodes.js';
import { pageSizeOf } from '../../harness/system/pages.js';
import { ipcBufferSymbol, locate, microkitSymbols, pagesOf } from '../../harness/system/program.js';
import type { Permissions } from '../../harness/system/values.js';

/** A contiguous piece of physical memory. */
interface Piece {
  label: string;
  /** Bytes, a multiple of 4 KiB. */
  size: number;
  pageSize: number;
  /** Physical address, from the description or assigned by the tool. */
  paddr: number | undefined;
  /** Initial contents, if the piece is in the image. Other RAM is cleared. */
  data?: Uint8Array;
  /** A file in the image that the kernel copies to the start of the piece. */
  fill?: { from: Piece; size: number };
}

export interface PlannedMap {
  label: string;
  vaddr: number;
  piece: Piece;
  perms: Permissions;
  cached: boolean;
}

export interface PlannedDomain extends Placed {
  /** A copy, which the tool changes. */
  program: ElfFile;
  ipcBuffer: { vaddr: number; piece: Piece };
  /** Initial stack pointer. */
  stackTop: number;
  maps: PlannedMap[];
}

interface PlannedGuest {
  vmm: number;
  name: string;
  maps: PlannedMap[];
}

export interface Plan {
  regions: Map<string, Piece>;
  domains: PlannedDomain[];
  guests: PlannedGuest[];
  /** All pieces. Those of the image come first, in order. */
  pieces: Piece[];
}

/** Plans the file of a memory region as a piece of the image. */
function planFile(title: string, path: string, files: SearchPath): NonNullable<Piece['fill']> {
  const bytes = readFileSync(files.find(path));
  const data = new Uint8Array(Math.ceil(bytes.length / smallPage) * smallPage);
  data.set(bytes);
  const label = `${title}: file ${path}`;
  return {
    from: { label, size: data.length, pageSize: smallPage, paddr: undefined, data },
    size: bytes.length,
  };
}

function planRegions(system: Description, files: SearchPath, context: CheckContext): Map<string, Piece> {
  const maps = system.domains.flatMap(({ domain }) => [...domain.maps, ...(domain.guest?.maps ?? [])]);
  return new Map(
    system.regions.map((region) => {
      const { name, physAddr, prefillPath } = region.attributes;
      const size = sizeOf(region, context) ?? 0;
      const label = `memory region '${name}'`;
      const piece: Piece = { label, size, pageSize: pageSizeOf(region, size, maps), paddr: physAddr };
      if (prefillPath !== undefined) piece.fill = planFile(label, prefillPath, files);
      return [name, piece];
    }),
  );
}

function planMaps(maps: readonly Mapping[], regions: ReadonlyMap<string, Piece>): PlannedMap[] {
  return maps.flatMap(({ mr, vaddr, perms, cached }) => {
    const piece = regions.get(mr);
    return piece === undefined ? [] : [{ label: mr, vaddr, piece, perms, cached }];
  });
}

/** Bytes of a segment, from its first page on, that must be in the image. The rest is zero and not patched. */
function bytesInImage(segment: Segment, program: ElfFile, symbols: readonly string[]): number {
  let end = segment.data.length;
  while (end > 0 && segment.data[end - 1] === 0) end--;
  for (const symbol of symbols) {
    const found = locate(program, symbol);
    if (found?.segment === segment) end = Math.max(end, found.offset + found.size);
  }
  const pages = pagesOf(segment);
  return Math.ceil((segment.vaddr - pages.base + end) / smallPage) * smallPage;
}

/** Plans a segment as a piece in the image and a zeroed piece after it. */
function planSegment(
  title: string,
  segment: Segment,
  program: ElfFile,
  symbols: readonly string[],
): PlannedMap[] {
  const { base, end } = pagesOf(segment);
  const kept = bytesInImage(segment, program, symbols);
  const perms =
    `${segment.readable ? 'r' : ''}${segment.writable ? 'w' : ''}${segment.executable ? 'x' : ''}` as Permissions;
  const found: PlannedMap[] = [];
  const add = (label: string, vaddr: number, size: number, data?: Uint8Array) => {
    const piece: Piece = {
      label: `${title}: ${label}`,
      size,
      pageSize: smallPage,
      paddr: undefined,
      ...(data && { data }),
    };
    if (size > 0) found.push({ label, vaddr, piece, perms, cached: true });
  };
  // The piece shares the segment's bytes, so that variables set later are in the image too.
  const whole = new Uint8Array(end - base);
  whole.set(segment.data, segment.vaddr - base);
  segment.data = whole.subarray(segment.vaddr - base, segment.vaddr - base + segment.data.length);
  add('program', base, kept, whole.subarray(0, kept));
  add('zeros of the program', base + kept, end - base - kept);
  return found;
}

function planDomain(
  system: Description,
  placed: Placed,
  program: ElfFile,
  regions: ReadonlyMap<string, Piece>,
  top: number,
): PlannedDomain {
  const { domain } = placed;
  const title = `'${domain.name}'`;
  const symbols = [
    ...Object.keys(microkitSymbols(system.microkit)),
    ...symbolUses(system, domain).map(({ symbol }) => symbol),
  ];
  const maps = program.segments.flatMap((segment) => planSegment(title, segment, program, symbols));
  const zeros = (label: string, size: number): Piece => ({
    label: `${title}: ${label}`,
    size,
    pageSize: smallPage,
    paddr: undefined,
  });
  const { stack, ipcBuffer: onTop } = domainTop(system, domain, top);
  const stackPiece = zeros('stack', stack.end - stack.base);
  const ipcBuffer = {
    vaddr: onTop?.base ?? program.symbols.get(ipcBufferSymbol)?.value ?? 0,
    piece: zeros('IPC buffer', smallPage),
  };
  maps.push({ label: 'IPC buffer', ...ipcBuffer, perms: 'rw', cached: true });
  maps.push({ label: 'stack', vaddr: stack.base, piece: stackPiece, perms: 'rw', cached: true });
  maps.push(...planMaps(domain.maps, regions));
  return { ...placed, program, ipcBuffer, stackTop: stack.end, maps };
}

/** Plans a checked system. Each protection domain gets its own copy of its program, which the tool can change. */
export function planSystem(system: Description, files: SearchPath, context: CheckContext): Plan {
  const regions = planRegions(system, files, context);
  const domains = system.domains.map((placed) => {
    const { programImage = '', symbolImage } = placed.domain;
    return planDomain(system, placed, files.load(programImage, symbolImage), regions, context.addressTop);
  });
  const guests = system.guests.map(({ guest, index }) => ({
    vmm: index,
    name: guest.name,
    maps: planMaps(guest.maps, regions),
  }));
  const own = domains.flatMap(({ maps }) => maps.map(({ piece }) => piece));
  const filled = [...regions.values()].flatMap(({ fill }) => (fill === undefined ? [] : [fill.from]));
  const inImage = own.filter(({ data }) => data !== undefined);
  const all = new Set([...inImage, ...filled, ...own, ...regions.values()]);
  return { regions, domains, guests, pieces: [...all] };
}
