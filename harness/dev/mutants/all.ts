// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run mutants -- --all`: generated mutants, distributed over as many processes as there are CPUs. A process takes
 * the mutants of one file at a time, so that it sees which of them compile to the same code.
 */
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { randomOf } from '../../base/random.js';
import { ownLibrary } from '../../conform/host-tier.js';
import { type GeneratedMutant, generateMutants, mutantName } from './generate.js';
import { scoreText, wronglyListed } from './score.js';
import type { GeneratedResult } from './sweep.js';

const worker = fileURLToPath(new URL('worker.js', import.meta.url));

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
  const lists = byFile(places, all);
  console.log(`${places.length} of ${all.length} mutants, seed ${seed}`);
  const results: GeneratedResult[] = [];
  const each = (result: GeneratedResult) => {
    results.push(result);
    const by = result.by === undefined ? '' : ` (${result.by})`;
    console.log(`  ${result.outcome.padEnd(7)} ${mutantName(result.mutant)}${by}`);
  };
  const workers = Math.min(availableParallelism(), Math.max(1, lists.length));
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, number) =>
      work([String(number), String(seed), String(cases)], lists, each, signal),
    ),
  );
  console.log(`\n${scoreText(results)}`);
  if (signal.aborted) console.log(`INTERRUPTED after ${results.length} of ${places.length} mutants`);
  return Math.max(...codes, wronglyListed(results).length > 0 ? 1 : 0);
}

/** The places by file, the longest list first. */
function byFile(places: readonly number[], all: readonly GeneratedMutant[]): number[][] {
  const lists = new Map<string | undefined, number[]>();
  for (const place of places) {
    const file = all[place]?.file;
    lists.set(file, [...(lists.get(file) ?? []), place]);
  }
  return [...lists.values()].sort((a, b) => b.length - a.length);
}

/** Runs a process until no list is left. Resolves with its exit code. */
async function work(
  args: readonly string[],
  lists: number[][],
  each: (result: GeneratedResult) => void,
  signal: AbortSignal,
): Promise<number> {
  const child = execa(process.execPath, [worker, ...args], {
    stdin: 'pipe',
    stderr: 'inherit',
    buffer: false,
    cancelSignal: signal,
    reject: false,
  });
  const next = () => {
    const list = lists.shift();
    if (list === undefined) child.stdin.end();
    else child.stdin.write(`${JSON.stringify(list)}\n`);
  };
  next();
  for await (const line of createInterface(child.stdout)) {
    if (line === '') next();
    else each(JSON.parse(line) as GeneratedResult);
  }
  return (await child).exitCode ?? 1;
}
