// SPDX-License-Identifier: BSD-2-Clause
/** The hostile guest: libFuzzer on the host tier's fault handling, for a limited time. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildRoot, packageRoot } from '../base/paths.js';
import { buildHostTier } from './host-tier.js';

/** Inputs that once broke something, and some to begin with. */
export const fuzzInputs = join(packageRoot, 'harness', 'conform', 'fuzz-inputs');
/** Inputs that reached new code; they speed up the next run. */
const fuzzCorpus = join(buildRoot, 'conform', 'fuzz-corpus');

export interface FuzzResult {
  /** Inputs that were run. */
  runs: number;
  /** What broke: the sanitizer's or the target's words. */
  failure?: { words: string; input: string };
}

/** Bytes of the longest input: some hundred actions. */
const longest = 1000;
/** Seconds after which one input counts as a hang. */
const hang = 10;

/** How long: for some seconds, or until so many inputs were run. 0 of either only runs the inputs that are kept. */
export type FuzzBound = { seconds: number } | { runs: number };

/** What libFuzzer is told; the search for new inputs begins with those that are kept. */
function boundWords(bound: FuzzBound): string[] {
  const [limit, most] = 'seconds' in bound ? ['-max_total_time', bound.seconds] : ['-runs', bound.runs];
  return most > 0 ? [`${limit}=${most}`, fuzzCorpus, fuzzInputs] : ['-runs=0', fuzzInputs];
}

/**
 * Fuzzes.
 *
 * @param folder where an input that breaks something is written
 */
export async function fuzz(bound: FuzzBound, folder: string, signal?: AbortSignal): Promise<FuzzResult> {
  const program = await buildHostTier({ flavour: 'fuzz' });
  mkdirSync(fuzzCorpus, { recursive: true });
  mkdirSync(folder, { recursive: true });
  const limits = [
    `-max_len=${longest}`,
    `-timeout=${hang}`,
    `-artifact_prefix=${folder}/`,
    '-print_final_stats=1',
  ];
  const child = await execa(program, [...limits, ...boundWords(bound)], {
    reject: false,
    all: true,
    env: { ASAN_OPTIONS: 'detect_leaks=0' },
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const runs = Number(/stat::number_of_executed_units:\s*(\d+)/.exec(child.all)?.[1] ?? 0);
  if (child.exitCode === 0) return { runs };
  const words = child.all.split('\n').filter((line) => /ERROR|refused|SUMMARY|^ {4}#[0-9] /.test(line));
  const [input] = readdirSync(folder).filter((name) => /^(crash|timeout|oom|leak)-/.test(name));
  return { runs, failure: { words: words.join('\n') || child.all, input: join(folder, input ?? '') } };
}
