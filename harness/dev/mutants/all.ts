// SPDX-License-Identifier: BSD-2-Clause
/** `npm run mutants -- --all`: generated mutants, distributed over as many processes as there are CPUs. */
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ownLibrary } from '../../conform/host-tier.js';
import { generateMutants, mutantName } from './generate.js';
import { scoreText } from './score.js';
import type { GeneratedResult } from './sweep.js';

const worker = fileURLToPath(new URL('worker.js', import.meta.url));

/** A reproducible sequence of numbers from 0 to 1 for a seed (Marsaglia's xorshift). */
function randomOf(seed: number): () => number {
  let state = (seed ^ 0x9e37_79b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Random indices of `wanted` of `count` things. */
export function sampleOf(count: number, wanted: number, seed: number): number[] {
  const random = randomOf(seed);
  const ranked = Array.from({ length: count }, (_, index) => ({ index, rank: random() }));
  const first = ranked.sort((a, b) => a.rank - b.rank).slice(0, wanted);
  return first.map(({ index }) => index).sort((a, b) => a - b);
}

export interface AllOptions {
  /** A file is selected if its name contains one of these words; without words, every file is. */
  words: readonly string[];
  /** Number of mutants in a random sample; by default all. */
  sample?: number | undefined;
  seed: number;
  cases: number;
  signal: AbortSignal;
}

/** Runs the mutants and prints each. Returns the exit code. */
export async function runAll({ words, sample, seed, cases, signal }: AllOptions): Promise<number> {
  const all = await generateMutants(ownLibrary);
  const fitting = all.flatMap(({ file }, index) =>
    words.length === 0 || words.some((word) => file.includes(word)) ? [index] : [],
  );
  const places =
    sample === undefined ? fitting : sampleOf(fitting.length, sample, seed).map((at) => fitting[at] ?? 0);
  const shares = Math.min(availableParallelism(), Math.max(1, places.length));
  console.log(`${places.length} of ${all.length} mutants, seed ${seed}`);
  const results: GeneratedResult[] = [];
  const share = async (number: number) => {
    const own = places.filter((_, index) => index % shares === number);
    const child = execa(process.execPath, [worker, String(number), String(seed), String(cases)], {
      input: JSON.stringify(own),
      stderr: 'inherit',
      buffer: false,
      cancelSignal: signal,
      reject: false,
    });
    for await (const line of createInterface(child.stdout)) {
      const result = JSON.parse(line) as GeneratedResult;
      results.push(result);
      console.log(
        `  ${result.outcome.padEnd(7)} ${mutantName(result.mutant)}${result.by === undefined ? '' : ` (${result.by})`}`,
      );
    }
    return (await child).exitCode ?? 1;
  };
  const codes = await Promise.all(Array.from({ length: shares }, (_, number) => share(number)));
  console.log(`\n${scoreText(results)}`);
  if (signal.aborted) console.log(`INTERRUPTED after ${results.length} of ${places.length} mutants`);
  return Math.max(...codes);
}
