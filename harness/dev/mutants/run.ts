// SPDX-License-Identifier: BSD-2-Clause
/** Runs the mutants: is each found, by which rule, after how many steps? */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { withLock } from '../../base/lock.js';
import { buildRoot } from '../../base/paths.js';
import { Engine } from '../../conform/engine.js';
import type { Finding } from '../../conform/finding.js';
import { buildHostTier, HostTier, ownLibrary } from '../../conform/host-tier.js';
import { learn } from '../../conform/learn.js';
import { search } from '../../conform/search.js';
import { configOf } from '../../conform/tier.js';
import { gicV3Mutants } from './gicv3.js';
import { guestMutants } from './guest.js';
import { interruptMutants } from './interrupts.js';
import { applyMutant, type Mutant } from './mutant.js';

export const allMutants: readonly Mutant[] = [...interruptMutants, ...guestMutants, ...gicV3Mutants];

export interface MutantResult {
  mutant: Mutant;
  /** Id of the rule that found it; undefined when it lives. */
  killedBy?: string;
  /** Steps before it was found. */
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
  /** Ends the run; the current mutant then has no result. */
  signal?: AbortSignal | undefined;
  each?(result: MutantResult): void;
}

/** Seconds that a second run waits for the first, because both modify the same copy of the library. */
const mutantsWait = 600;
/** Cases that the unmodified library must pass. */
const baselineCases = 150;

/**
 * Updates a copy of a folder. Unchanged files keep their times, so that they are not compiled again. A file that a
 * mutant had changed last becomes newer than its object.
 */
export function mirror(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const entries = readdirSync(from, { withFileTypes: true });
  for (const name of readdirSync(to))
    if (entries.every((entry) => entry.name !== name)) rmSync(join(to, name), { recursive: true });
  for (const entry of entries) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) mirror(source, copy);
    else if (!existsSync(copy) || !readFileSync(copy).equals(readFileSync(source)))
      copyFileSync(source, copy);
  }
}

/** Throws when the library breaks a rule without any mutant: then nothing could be concluded from a kill. */
async function checkBaseline(
  gic: 2 | 3,
  library: string,
  directory: string,
  { seed, signal }: MutantOptions,
): Promise<void> {
  const { finding } = await firstFinding(gic, library, directory, { seed, signal, cases: baselineCases });
  if (finding === undefined) return;
  throw new HarnessError('product', `the library breaks ${finding.rule.id} without any mutant`, {
    expected: finding.failure.broken.expected,
    got: finding.failure.broken.got,
    wayOut: `vmm-harness conform --seed ${seed}`,
  });
}

/** Builds and searches each of `mutants`, one after the other. An interrupted run returns the results so far. */
export async function runMutants(
  mutants: readonly Mutant[],
  options: MutantOptions,
): Promise<MutantResult[]> {
  const folder = join(buildRoot, 'conform', 'mutants');
  mkdirSync(folder, { recursive: true });
  const results: MutantResult[] = [];
  const lock = { what: 'the folder of the mutants', wait: mutantsWait, signal: options.signal };
  try {
    await withLock(join(folder, 'lock'), lock, () => runIn(folder, mutants, options, results));
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  }
  return results;
}

async function runIn(
  folder: string,
  mutants: readonly Mutant[],
  options: MutantOptions,
  results: MutantResult[],
): Promise<void> {
  const library = join(folder, 'libvmm');
  mirror(ownLibrary, library);
  for (const gic of new Set(mutants.map((mutant) => mutant.gic ?? 2)))
    await checkBaseline(gic, library, join(folder, 'objects'), options);
  for (const mutant of mutants) {
    if (options.signal?.aborted) break;
    const takeBack = applyMutant(library, mutant);
    try {
      const result = await runMutant(mutant, library, join(folder, 'objects'), options);
      results.push(result);
      options.each?.(result);
    } finally {
      takeBack();
    }
  }
}

async function runMutant(
  mutant: Mutant,
  library: string,
  directory: string,
  options: MutantOptions,
): Promise<MutantResult> {
  const { steps, ms, finding } = await firstFinding(mutant.gic ?? 2, library, directory, options);
  if (finding === undefined) return { mutant, steps, length: 0, ms };
  return {
    mutant,
    killedBy: finding.rule.id,
    steps: finding.after,
    length: finding.found.steps.length,
    ms,
  };
}

interface Searched {
  /** Steps, and the time that they took, without the build. */
  steps: number;
  ms: number;
  finding: Finding | undefined;
}

/** Builds the library and searches it until the first rule breaks. */
async function firstFinding(
  gic: 2 | 3,
  library: string,
  directory: string,
  { seed, cases, signal }: Pick<MutantOptions, 'seed' | 'cases' | 'signal'>,
): Promise<Searched> {
  const program = await buildHostTier({ flavour: 'checked', library, directory, signal });
  const tier = await HostTier.start(program, gic, signal);
  try {
    const begin = performance.now();
    const config = await learn(tier.session, configOf(tier.session.greeting));
    const engine = new Engine(tier, config);
    const [finding] = await search(engine, { seed, cases, signal, first: true });
    // A search that was interrupted has not shown that the mutant lives.
    signal?.throwIfAborted();
    return { steps: engine.steps, ms: performance.now() - begin, finding };
  } finally {
    await tier.stop();
  }
}
