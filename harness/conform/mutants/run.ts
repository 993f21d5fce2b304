// SPDX-License-Identifier: BSD-2-Clause
/** Runs the mutants: is each found, by which rule, after how many steps? */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildRoot } from '../../paths.js';
import { Engine } from '../engine.js';
import { buildHostTier, HostTier, ownLibrary } from '../host-tier.js';
import { learn } from '../learn.js';
import { search } from '../search.js';
import { configOf } from '../tier.js';
import { guestMutants } from './guest.js';
import { interruptMutants } from './interrupts.js';
import { applyMutant, type Mutant } from './mutant.js';

export const allMutants: readonly Mutant[] = [...interruptMutants, ...guestMutants];

export interface MutantResult {
  mutant: Mutant;
  /** Id of the rule that found it; nothing when it lives. */
  killedBy?: string;
  /** Steps that were done before it was found. */
  steps: number;
  /** Steps of its shortest case. */
  length: number;
  /** Milliseconds from the start of the search to the shortest case. */
  ms: number;
}

export interface MutantOptions {
  seed: number;
  /** Cases after which a mutant counts as alive. */
  cases: number;
  signal?: AbortSignal;
  each?(result: MutantResult): void;
}

/** Builds and searches each of `mutants`, one after the other. */
export async function runMutants(
  mutants: readonly Mutant[],
  options: MutantOptions,
): Promise<MutantResult[]> {
  const folder = join(buildRoot, 'conform', 'mutants');
  const library = join(folder, 'libvmm');
  rmSync(library, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // With their times: what is the same as before is not compiled again.
  cpSync(ownLibrary, library, { recursive: true, preserveTimestamps: true });
  const results: MutantResult[] = [];
  for (const mutant of mutants) {
    if (options.signal?.aborted) break;
    const takeBack = applyMutant(library, mutant);
    try {
      const result = await runMutant(mutant, library, join(folder, 'build'), options);
      results.push(result);
      options.each?.(result);
    } finally {
      takeBack();
    }
  }
  return results;
}

async function runMutant(
  mutant: Mutant,
  library: string,
  directory: string,
  { seed, cases }: MutantOptions,
): Promise<MutantResult> {
  const program = await buildHostTier({ flavour: 'checked', library, directory });
  const tier = await HostTier.start(program);
  try {
    const begin = performance.now();
    const config = await learn(tier.session, configOf(tier.session.greeting));
    const engine = new Engine(tier, config);
    const [finding] = await search(engine, { seed, cases, first: true });
    const ms = performance.now() - begin;
    if (finding === undefined) return { mutant, steps: engine.steps, length: 0, ms };
    return {
      mutant,
      killedBy: finding.rule.id,
      steps: finding.after,
      length: finding.found.steps.length,
      ms,
    };
  } finally {
    await tier.stop();
  }
}
