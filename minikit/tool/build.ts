// SPDX-License-Identifier: BSD-2-Clause
/** A system description and its programs to an image and a report. */
import { checks, readChecked, type Verdict } from '../../harness/system/check.js';
import type { ElfFile } from '../../harness/system/elf.js';
import { SearchPath } from '../../harness/system/files.js';
import { explainMistake, type Mistake } from '../../harness/system/mistake.js';
import { Source } from '../../harness/system/source.js';
import type { ToolArguments } from './arguments.js';
import { heapSize } from './layout.js';
import { patchPrograms, setSymbol } from './patch.js';
import { kernelRange, type Placement, placeSystem } from './place.js';
import { type Plan, planSystem } from './plan.js';
import { formatReport } from './report.js';
import type { Target } from './sdk.js';
import { packTable } from './table.js';

/** The kernel's variable that gets the physical address of the system table. */
const tableSymbol = 'minikit_system_table';

/** What the Microkit tool takes though it goes wrong later, and minikit's kernel can't take. */
const beyondKernel = new Set(['child_id_range', 'guest_priority', 'program_ipc_buffer']);

/** What the Microkit tool takes is taken, unless the system could not run. */
const refuses: Verdict = ({ check, severity }) =>
  severity === 'error' && (checks[check]?.shows !== 'later' || beyondKernel.has(check));

export interface Built {
  image: Buffer;
  report: string;
  warnings: Mistake[];
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
  const files = new SearchPath(['.', ...args.searchPath]);
  const context = { addressTop: top, board: platform.facts, program: files.look };
  const { system, warnings } = readChecked(new Source(args.system, text), undefined, context, refuses);
  const plan = planSystem(system, (path) => files.load(path), top);
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
