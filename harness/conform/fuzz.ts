// SPDX-License-Identifier: BSD-2-Clause
/** The hostile guest: libFuzzer on the host tier's fault handling, for a limited time. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { endsWithUs } from '../base/children.js';
import { HarnessError } from '../base/error.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { buildHostTier } from './host-tier.js';

/** Inputs that once broke something, and some to begin with. */
const fuzzInputs = join(packageRoot, 'harness', 'conform', 'fuzz-inputs');
/** Inputs that reached new code; they speed up the next run. */
const fuzzCorpus = join(buildRoot, 'conform', 'fuzz-corpus');

export interface FuzzResult {
  /** `interrupted`: by a signal, whatever was found until then. */
  outcome: 'pass' | 'fail' | 'interrupted';
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
function boundArguments(bound: FuzzBound): string[] {
  const [limit, most] = 'seconds' in bound ? ['-max_total_time', bound.seconds] : ['-runs', bound.runs];
  return most > 0 ? [`${limit}=${most}`, fuzzCorpus, fuzzInputs] : ['-runs=0', fuzzInputs];
}

/**
 * Fuzzes until the bound, the first input that breaks something, or `signal`.
 *
 * @param folder where an input that breaks something is written
 */
export async function fuzz(bound: FuzzBound, folder: string, signal?: AbortSignal): Promise<FuzzResult> {
  const program = await buildHostTier({ flavour: 'fuzz', signal });
  await mkdir(fuzzCorpus, { recursive: true });
  await mkdir(folder, { recursive: true });
  const limits = [
    `-max_len=${longest}`,
    `-timeout=${hang}`,
    `-artifact_prefix=${folder}/`,
    '-print_final_stats=1',
  ];
  const child = execa(...endsWithUs(program, [...limits, ...boundArguments(bound)]), {
    reject: false,
    all: true,
    detached: true,
    env: { ASAN_OPTIONS: 'detect_leaks=0' },
  });
  // It counts what it has done, and then ends.
  const stop = () => child.kill('SIGTERM');
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const ended = await child;
  signal?.removeEventListener('abort', stop);
  const text = String(ended.all ?? '');
  const runs = Number(/stat::number_of_executed_units:\s*(\d+)/.exec(text)?.[1] ?? 0);
  const input = /Test unit written to (.*)/.exec(text)?.[1];
  if (input !== undefined) {
    const lines = text.split('\n').filter((line) => /ERROR|refused|SUMMARY|^ {4}#[0-9] /.test(line));
    return {
      outcome: signal?.aborted ? 'interrupted' : 'fail',
      runs,
      failure: { words: lines.join('\n'), input },
    };
  }
  if (signal?.aborted) return { outcome: 'interrupted', runs };
  if (ended.exitCode === 0 && runs > 0) return { outcome: 'pass', runs };
  throw new HarnessError('infrastructure', 'the fuzzer ended without a verdict', {
    where: program,
    expected: 'a count of the inputs that were run, or the input that broke something',
    got: `${ended.signal ?? `exit code ${ended.exitCode}`}\n${text.trim().split('\n').slice(-5).join('\n')}`,
  });
}
