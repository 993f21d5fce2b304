// SPDX-License-Identifier: BSD-2-Clause
/** The hostile guest: libFuzzer on the host tier's fault handling, for a limited time. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildRoot, packageRoot } from '../paths.js';
import { buildHostTier } from './host-tier.js';

/** Inputs that once broke something, and some to begin with. */
export const fuzzInputs = join(packageRoot, 'test', 'conform', 'fuzz');
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

/**
 * Fuzzes for `seconds`; 0 only runs the inputs that are kept.
 *
 * @param folder where an input that breaks something is written
 */
export async function fuzz(seconds: number, folder: string, signal?: AbortSignal): Promise<FuzzResult> {
  const program = await buildHostTier({ flavour: 'fuzz' });
  mkdirSync(fuzzCorpus, { recursive: true });
  mkdirSync(folder, { recursive: true });
  const limits = [
    `-max_len=${longest}`,
    `-timeout=${hang}`,
    `-artifact_prefix=${folder}/`,
    '-print_final_stats=1',
  ];
  const how = seconds > 0 ? [`-max_total_time=${seconds}`, fuzzCorpus, fuzzInputs] : ['-runs=0', fuzzInputs];
  const child = await execa(program, [...limits, ...how], {
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
