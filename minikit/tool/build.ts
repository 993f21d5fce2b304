// SPDX-License-Identifier: BSD-2-Clause
/** A system description and its programs to an image and a report. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../harness/error.js';
import { readChecked } from '../../harness/system/check.js';
import { type ElfFile, readElf } from '../../harness/system/elf.js';
import { explainMistake, type Mistake } from '../../harness/system/mistake.js';
import { Source } from '../../harness/system/source.js';
import type { ToolArguments } from './arguments.js';
import { heapSize } from './layout.js';
import { patchPrograms, setSymbol } from './patch.js';
import { kernelRange, type Placement, placeSystem } from './place.js';
import { type Plan, planSystem } from './plan.js';
import { boardFacts } from './platform.js';
import { formatReport } from './report.js';
import type { Target } from './sdk.js';
import { packTable } from './table.js';

/** The kernel's variable that gets the physical address of the system table. */
const tableSymbol = 'minikit_system_table';

export interface Built {
  image: Buffer;
  report: string;
  warnings: Mistake[];
}

/** Reads the bytes of program images: the current folder first, then the search path, as Microkit does. */
class Programs {
  private readonly files = new Map<string, { path: string; bytes: Uint8Array }>();
  private readonly parsed = new Map<string, ElfFile>();

  constructor(private readonly folders: readonly string[]) {}

  private bytes(name: string): { path: string; bytes: Uint8Array } {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const path = this.folders
      .map((folder) => (name.startsWith('/') ? name : join(folder, name)))
      .find(existsSync);
    if (path === undefined) {
      throw new HarnessError('product', `program image '${name}' is not there`, {
        expected: `it in one of: ${this.folders.join(', ')}`,
        wayOut: 'build it first, or add its folder with --search-path',
      });
    }
    const file = { path, bytes: readFileSync(path) };
    this.files.set(name, file);
    return file;
  }

  /** For looking at: the same for all who ask. */
  look = (name: string): ElfFile => {
    const known = this.parsed.get(name);
    if (known !== undefined) return known;
    const elf = this.load(name).elf;
    this.parsed.set(name, elf);
    return elf;
  };

  /** For changing: a copy of its own for each who asks. */
  load = (name: string) => {
    const { path, bytes } = this.bytes(name);
    return { path, elf: readElf(path, bytes) };
  };
}

function writeImage(kernel: ElfFile, plan: Plan, placement: Placement, table: Buffer): Buffer {
  const { image } = placement;
  const bytes = Buffer.alloc(image.end - image.base);
  for (const { paddr, data } of kernel.segments) bytes.set(data, paddr - image.base);
  bytes.set(table, placement.table.base - image.base);
  for (const { paddr = image.base, data } of plan.pieces)
    if (data !== undefined) bytes.set(data, paddr - image.base);
  return bytes;
}

/** Builds an image. Throws HarnessError; a DescriptionError has every mistake of the description. */
export function build(args: ToolArguments, target: Target, text: string): Built {
  const { kernel, platform } = target;
  const top = 2 ** platform.addressBits;
  const programs = new Programs(['.', ...args.searchPath]);
  const context = { addressTop: top, board: boardFacts(platform), program: programs.look };
  const { system, warnings } = readChecked(new Source(args.system, text), undefined, context);
  const plan = planSystem(system, programs.load, top);
  const extents = [...plan.domains, ...plan.guests].map(({ maps }) =>
    maps.map(({ vaddr, piece: { size, pageSize } }) => ({ vaddr, size, pageSize })),
  );
  const vcpus = system.guests.reduce((count, { guest }) => count + guest.vcpus.length, 0);
  const heap = heapSize(extents, plan.domains.length, vcpus);
  const nowhere = { base: 0, end: 0 };
  const mostClear = { heap: nowhere, clear: plan.pieces.map(() => nowhere) };
  const tableSize = packTable(system, plan, mostClear, top).length;
  const placement = placeSystem(plan, kernelRange(kernel, platform.loadAddress), tableSize, heap, platform);
  patchPrograms(system, plan);
  const address = Buffer.alloc(8);
  address.writeBigUInt64LE(BigInt(placement.table.base));
  setSymbol(kernel, tableSymbol, address);
  const table = packTable(system, plan, placement, top);
  return {
    image: writeImage(kernel, plan, placement, table),
    report: formatReport(system, plan, placement, placement.table),
    warnings,
  };
}

/** The lines of the warnings of a build. */
export const formatWarnings = (warnings: readonly Mistake[]) =>
  warnings.map((one) => `${explainMistake(one)}\n`).join('');
