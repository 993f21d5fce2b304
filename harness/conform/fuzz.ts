// SPDX-License-Identifier: BSD-2-Clause
/** The hostile guest: libFuzzer on the fault handling of the host tier. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { endsWithUs } from '../base/children.js';
import { makeFolder, writeChanged } from '../base/disk.js';
import { HarnessError } from '../base/error.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { fuzzDictionary } from './fuzz-dictionary.js';
import { buildHostTier } from './host-tier.js';

/** Inputs that once broke something, and some initial ones. */
const fuzzInputs = join(packageRoot, 'harness', 'conform', 'fuzz-inputs');
/** Inputs that reached new code; they speed up the next run. */
const fuzzCorpus = join(buildRoot, 'conform', 'fuzz-corpus');

export interface FuzzResult {
  /** `interrupted`: ended by a signal, whatever was found until then. */
  outcome: 'pass' | 'fail' | 'interrupted';
  /** Inputs that were run. */
  runs: number;
  /** The report of the sanitizer or the target, and the file of the input. */
  failure?: { words: string; input: string };
}

/** Bytes of the longest input: a few hundred actions. */
const longest = 1000;
/** Seconds after which one input counts as a hang. */
const hang = 10;

/** The end of a run: after some seconds, or some inputs. 0 of either runs only the kept inputs. */
export type FuzzBound = { seconds: number } | { runs: number };

/** Arguments of libFuzzer. A search for new inputs starts from the kept ones. */
function boundArguments(bound: FuzzBound, corpus: string): string[] {
  const [limit, most] = 'seconds' in bound ? ['-max_total_time', bound.seconds] : ['-runs', bound.runs];
  return most > 0 ? [`${limit}=${most}`, corpus, fuzzInputs] : ['-runs=0', fuzzInputs];
}

/** Adds to `corpus` the inputs of other folders that reach something new (libFuzzer's own merge); returns how many. */
export async function mergeCorpora(
  corpus: string,
  others: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const program = await buildHostTier({ flavour: 'fuzz', signal });
  makeFolder(corpus);
  const before = (await readdir(corpus)).length;
  const ended = await execa(...endsWithUs(program, ['-merge=1', corpus, ...others, fuzzInputs]), {
    reject: false,
    all: true,
    detached: true,
    env: { ASAN_OPTIONS: 'detect_leaks=0' },
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  const added = (await readdir(corpus)).length - before;
  if (ended.exitCode === 0) return added;
  throw new HarnessError('infrastructure', 'the fuzzer did not merge the folders', {
    where: others.join(', '),
    got: String(ended.all ?? '')
      .trim()
      .split('\n')
      .slice(-5)
      .join('\n'),
  });
}

/**
 * Fuzzes until the bound, an input that breaks something, or `signal`.
 *
 * @param folder folder for an input that breaks something, and for the dictionary
 * @param corpus folder for inputs that reach new code: the next run begins with them
 */
export async function fuzz(
  bound: FuzzBound,
  folder: string,
  signal?: AbortSignal,
  corpus = fuzzCorpus,
): Promise<FuzzResult> {
  const program = await buildHostTier({ flavour: 'fuzz', signal });
  makeFolder(corpus);
  makeFolder(folder);
  const dictionary = join(folder, 'words.dict');
  await writeChanged(dictionary, fuzzDictionary());
  const limits = [
    `-max_len=${longest}`,
    `-timeout=${hang}`,
    `-artifact_prefix=${folder}/`,
    '-print_final_stats=1',
    `-dict=${dictionary}`,
  ];
  const child = execa(...endsWithUs(program, [...limits, ...boundArguments(bound, corpus)]), {
    reject: false,
    all: true,
    detached: true,
    env: { ASAN_OPTIONS: 'detect_leaks=0' },
  });
  // On SIGTERM it prints its counts and ends.
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
