// SPDX-License-Identifier: BSD-2-Clause
/**
 * What an SDK directory records about a board: which memory is RAM, which the kernel reserves, how the kernel was
 * built.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { readJson, type Schema } from '../base/json.js';
import { limits } from '../base/limits.js';
import { without } from '../base/ranges.js';
import { readRegularFile } from '../base/read-file.js';
import type { BoardFacts, NamedRange } from '../system/checks/check.js';
import { smallPage } from '../system/limits.js';
import { readElfFile } from './elf-file.js';

function readFacts<T>(schema: Schema<T>, path: string): T {
  const what = "the SDK's data of the board";
  const wayOut = 'is this the directory of a whole Microkit SDK, with this board and configuration?';
  const text = readRegularFile(path, { what, limit: limits.sdkFacts, wayOut }).toString();
  return readJson(schema, text, { what, where: path, fault: 'usage', wayOut });
}

const ranges = v.array(v.object({ start: v.number(), end: v.number() }));
/** platform_gen.json of Microkit: the RAM for systems, and what else they may map. The kernel reserves the rest. */
const platformGen = v.object({ memory: ranges, devices: ranges });
/** gen_config.json of seL4: options by name. */
const genConfig = v.record(v.string(), v.unknown());
/** platform.json of minikit, which is generated from the project's own data. */
const ownPlatform = v.object({
  facts: v.custom<BoardFacts>((facts) => typeof facts === 'object' && facts !== null),
});

/** The physical memory of the kernel's image, which ends at its symbol ki_end. */
function kernelImage(path: string): NamedRange[] {
  if (!existsSync(path)) return [];
  const { segments, symbols } = readElfFile(path);
  const [first] = segments;
  const end = symbols.get('ki_end');
  if (first === undefined || end === undefined) return [];
  // The kernel's virtual addresses may exceed the exact range of a number; their pages do not.
  const size = Math.ceil((end.value - first.vaddr) / smallPage) * smallPage;
  return [{ range: { base: first.paddr, end: first.paddr + size }, what: 'the kernel' }];
}

const coresOf = ({ MAX_NUM_NODES = 1 }: Record<string, unknown>) => Number(MAX_NUM_NODES);

/**
 * Number of cores that the kernel of a configuration runs on. Throws HarnessError (usage) when the directory does not
 * record it.
 */
export function sdkCores(sdk: string, board: string, config: string): number {
  const dir = join(sdk, 'board', board, config);
  const own = join(dir, 'platform.json');
  if (existsSync(own)) return readFacts(ownPlatform, own).facts.cores;
  return coresOf(readFacts(genConfig, join(dir, 'include', 'kernel', 'gen_config.json')));
}

/**
 * The facts of a board in an SDK directory. `known` adds facts that only the project's own data of the board contains:
 * names of devices, interrupts. Throws HarnessError (usage) when the directory does not have the board.
 */
export function sdkFacts(sdk: string, board: string, config: string, known?: BoardFacts): BoardFacts {
  const dir = join(sdk, 'board', board, config);
  const own = join(dir, 'platform.json');
  // minikit's facts are the project's own.
  if (existsSync(own)) return readFacts(ownPlatform, own).facts;
  const platform = readFacts(platformGen, join(dir, 'platform_gen.json'));
  const kernel = readFacts(genConfig, join(dir, 'include', 'kernel', 'gen_config.json'));
  const range = ({ start, end }: { start: number; end: number }) => ({ base: start, end });
  const memory = platform.memory.map(range);
  const physicalTop = kernel.ARM_PA_SIZE_BITS_44 ? 2 ** 44 : 2 ** 40;
  const kept = without({ base: 0, end: physicalTop }, [
    ...memory,
    ...platform.devices.map(range),
  ]).map<NamedRange>((gap) => ({
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
    cores: coresOf(kernel),
  };
}
