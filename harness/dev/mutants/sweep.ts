// SPDX-License-Identifier: BSD-2-Clause
/** Runs generated mutants in a copy of the library, one after the other. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { buildRoot } from '../../base/paths.js';
import { buildHostTier, ownLibrary } from '../../conform/host-tier.js';
import { type GeneratedMutant, mutated } from './generate.js';
import { type JudgeOptions, killerOf } from './judge.js';
import { objectHash } from './objects.js';
import { mirror } from './run.js';

/**
 * `refused`: it does not compile; `same`: it compiles to the same code as the library or an earlier mutant; `lives`: no
 * case has found it.
 */
export type Outcome = 'killed' | 'lives' | 'same' | 'refused';

export interface GeneratedResult {
  mutant: GeneratedMutant;
  outcome: Outcome;
  /** Id of the rule that found it. */
  by?: string;
  /** Milliseconds. */
  ms: number;
}

/** Runs `mutants` in a separate copy of the library, identified by `name`. */
export async function* sweep(
  mutants: readonly GeneratedMutant[],
  name: string,
  options: JudgeOptions,
): AsyncGenerator<GeneratedResult> {
  const folder = join(buildRoot, 'conform', 'mutants', name);
  const library = join(folder, 'libvmm');
  mkdirSync(folder, { recursive: true });
  mirror(ownLibrary, library);
  const build = () => buildHostTier({ flavour: 'checked', library, directory: join(folder, 'objects') });
  await checkBaseline(await build(), options);
  const known = new Map<string, Set<string>>();
  for (const mutant of mutants) {
    if (options.signal?.aborted) return;
    const begin = performance.now();
    const path = join(library, 'src', mutant.file);
    const source = readFileSync(path, 'utf8');
    const seen = known.get(mutant.file) ?? new Set([(await objectHash(library, mutant.file)) ?? '']);
    known.set(mutant.file, seen);
    writeFileSync(path, mutated(source, mutant));
    const ended = (outcome: Outcome, by?: string): GeneratedResult => ({
      mutant,
      outcome,
      ms: performance.now() - begin,
      ...(by === undefined ? {} : { by }),
    });
    try {
      const hash = await objectHash(library, mutant.file);
      if (hash === undefined) yield ended('refused');
      else if (seen.has(hash)) yield ended('same');
      else {
        seen.add(hash);
        const program = await build().catch(unlessProduct);
        if (program === undefined) yield ended('refused');
        else {
          const by = await killerOf(program, options);
          yield by === undefined ? ended('lives') : ended('killed', by);
        }
      }
    } finally {
      writeFileSync(path, source);
    }
  }
}

/** Warnings are errors in the real build. */
function unlessProduct(error: unknown): undefined {
  if (error instanceof HarnessError && error.fault === 'product') return undefined;
  throw error;
}

async function checkBaseline(program: string, options: JudgeOptions): Promise<void> {
  const by = await killerOf(program, { ...options, cases: Math.min(options.cases, 200) });
  if (by === undefined) return;
  throw new HarnessError('product', `the library breaks ${by} without any mutant`, {
    expected: 'a library that passes',
    wayOut: `vmm-harness conform --seed ${options.seed}`,
  });
}
