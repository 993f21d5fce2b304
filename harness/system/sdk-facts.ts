// SPDX-License-Identifier: BSD-2-Clause
/** What an SDK directory says of a board: which memory is RAM, which the kernel keeps, what the kernel was built for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../base/error.js';
import { limits } from '../base/limits.js';
import { readRegularFile } from '../base/read-file.js';
import type { AddressRange, BoardFacts, NamedRange } from './checks/check.js';
import { readElfFile } from './elf.js';
import { smallPage } from './limits.js';

function readJson(path: string): unknown {
  try {
    return JSON.parse(
      readRegularFile(path, { what: "the SDK's facts of the board", limit: limits.sdkFacts }).toString(),
    );
  } catch (cause) {
    if (cause instanceof HarnessError && cause.detail.cause === undefined) throw cause;
    throw new HarnessError('usage', "the SDK's facts of the board cannot be read", {
      where: path,
      got: (cause as Error).message,
      wayOut: 'is this the directory of a whole Microkit SDK, with this board and configuration?',
      cause,
    });
  }
}

/** platform_gen.json of Microkit: what is RAM for systems, and what they may map besides; the kernel keeps the rest. */
interface PlatformGen {
  memory: { start: number; end: number }[];
  devices: { start: number; end: number }[];
}

/** gen_config.json of seL4: options by their names. */
type GenConfig = Record<string, boolean | string | undefined>;

/** What lies between the ranges of `parts`, from 0 to `end`. */
function gaps(parts: readonly AddressRange[], end: number): AddressRange[] {
  const found: AddressRange[] = [];
  let at = 0;
  for (const part of [...parts].sort((a, b) => a.base - b.base)) {
    if (part.base > at) found.push({ base: at, end: part.base });
    at = Math.max(at, part.end);
  }
  if (at < end) found.push({ base: at, end });
  return found;
}

/** The physical memory of the kernel's image, which ends at its symbol ki_end. */
function kernelImage(path: string): NamedRange[] {
  if (!existsSync(path)) return [];
  const { segments, symbols } = readElfFile(path);
  const [first] = segments;
  const end = symbols.get('ki_end');
  if (first === undefined || end === undefined) return [];
  // The kernel's virtual addresses may be beyond what a number holds exactly; their pages are not.
  const size = Math.ceil((end.value - first.vaddr) / smallPage) * smallPage;
  return [{ range: { base: first.paddr, end: first.paddr + size }, what: 'the kernel' }];
}

/**
 * The facts of a board in an SDK directory. `known` adds what only the project's own data of the board has: names of
 * devices, interrupts. Throws HarnessError (usage) when the directory does not have them.
 */
export function sdkFacts(sdk: string, board: string, config: string, known?: BoardFacts): BoardFacts {
  const dir = join(sdk, 'board', board, config);
  const own = join(dir, 'platform.json');
  // minikit's facts are the project's own.
  if (existsSync(own)) return (readJson(own) as { facts: BoardFacts }).facts;
  const platform = readJson(join(dir, 'platform_gen.json')) as PlatformGen;
  const kernel = readJson(join(dir, 'include', 'kernel', 'gen_config.json')) as GenConfig;
  const range = ({ start, end }: { start: number; end: number }) => ({ base: start, end });
  const memory = platform.memory.map(range);
  const physicalTop = kernel.ARM_PA_SIZE_BITS_44 ? 2 ** 44 : 2 ** 40;
  const kept = gaps([...memory, ...platform.devices.map(range)], physicalTop).map<NamedRange>((gap) => ({
    range: gap,
    what:
      known?.kernelFrames.find((frame) => frame.range.base === gap.base)?.what ?? "a frame of the kernel's",
  }));
  return {
    name: `${board} (${config}) of ${sdk}`,
    memory,
    physicalTop,
    kernelFrames: [...kept, ...kernelImage(join(dir, 'elf', 'sel4.elf'))],
    devices: known?.devices ?? [],
    distributor: known?.distributor,
    kernelInterrupts: known?.kernelInterrupts ?? [],
    lastIntid: known?.lastIntid ?? 1019,
    leastBudget: known?.leastBudget ?? 0,
    smc: kernel.ALLOW_SMC_CALLS === true,
    cores: Number(kernel.MAX_NUM_NODES ?? 1),
  };
}
