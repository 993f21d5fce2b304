// SPDX-License-Identifier: BSD-2-Clause
/** Builds an image and a report from a system description and its programs. */

import { SearchPath } from '../../harness/microkit/search-path.js';
import { checks, readChecked, type Verdict } from '../../harness/system/check.js';
import type { ElfFile } from '../../harness/system/elf.js';
import { DescriptionError, explainMistake, type Mistake } from '../../harness/system/mistake.js';
import { Source } from '../../harness/system/source.js';
import { has, type Version } from '../../harness/system/versions.js';
import type { ToolArguments } from './arguments.js';
import { heapSize } from './layout.js';
import { patchPrograms, setSymbol } from './patch.js';
import { kernelRange, type Placement, placeSystem } from './place.js';
import { type Plan, planSystem } from './plan.js';
import { formatReport } from './report.js';
import type { Target } from './sdk.js';
import { packTable } from './table.js';
import { onOneCore, unsupported } from './unsupported.js';

/** The variable of the kernel for the physical address of the system table. */
const tableSymbol = 'minikit_system_table';

/** Checks whose faults the Microkit tool accepts, but with which minikit's kernel cannot run the system. */
const beyondKernel = new Set(['child_id_range', 'guest_priority', 'program_ipc_buffer']);

/** Downgrades faults that the Microkit tool accepts to warnings, unless the system could not run. */
const refuses: Verdict = ({ check, severity }) =>
  severity === 'error' && (checks[check]?.shows !== 'later' || beyondKernel.has(check));

/** Microkit's multicore configurations. minikit accepts them and runs everything on one core. */
const smpPrefix = 'smp-';
const anyCores = 256;

/** The folders to search. The working directory comes first; since 2.3.0 it comes last. */
function searchPath(folders: readonly string[], version: Version): SearchPath {
  return new SearchPath(has(version, '2.3.0') ? [...folders, '.'] : ['.', ...folders]);
}

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

/** Builds an image. Throws HarnessError; a DescriptionError lists every mistake of the description. */
export function build(args: ToolArguments, target: Target, text: string): Built {
  const { kernel, platform } = target;
  const top = 2 ** platform.addressBits;
  const files = searchPath(args.searchPath, platform.microkit);
  const smp = args.config.startsWith(smpPrefix);
  const facts = smp ? { ...platform.facts, cores: anyCores } : platform.facts;
  const context = { addressTop: top, board: facts, program: files.look, prefill: files.size };
  const source = new Source(args.system, text);
  const { system, warnings } = readChecked<Version>(source, platform.microkit, context, refuses);
  const refused = unsupported(system);
  if (refused.length > 0) throw new DescriptionError(refused);
  const plan = planSystem(system, files, context);
  const extents = [...plan.domains, ...plan.guests].map(({ maps }) =>
    maps.map(({ vaddr, piece: { size, pageSize } }) => ({ vaddr, size, pageSize })),
  );
  const vcpus = system.guests.reduce((count, { guest }) => count + guest.vcpus.length, 0);
  const heap = heapSize(extents, plan.domains.length, vcpus);
  const nowhere = { base: 0, end: 0 };
  const mostClear = { heap: nowhere, clear: plan.pieces.map(() => nowhere) };
  const tableSize = packTable(system, plan, mostClear).length;
  const placement = placeSystem(plan, kernelRange(kernel, platform.loadAddress), tableSize, heap, platform);
  patchPrograms(system, plan);
  const address = Buffer.alloc(8);
  address.writeBigUInt64LE(BigInt(placement.table.base));
  setSymbol(kernel, tableSymbol, address);
  const table = packTable(system, plan, placement);
  return {
    image: writeImage(kernel, plan, placement, table),
    report: formatReport(system, plan, placement, placement.table),
    warnings: smp ? [...warnings, ...onOneCore(system)] : warnings,
  };
}

/** The warnings of a build as text. */
export const formatWarnings = (warnings: readonly Mistake[]) =>
  warnings.map((warning) => `${explainMistake(warning)}\n`).join('');
