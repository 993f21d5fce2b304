// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run fuzz:readers -- --minutes N [--seed N] [--reader NAME]`: every reader of files from elsewhere is given files that are
 * nearly right, in a process that is watched. Found is: no answer within five seconds of its own time (a busy machine is no
 * finding) or five minutes, more than 512 MiB, an end that is no error for a user (exit code 4 of the program). What was found is kept in build/fuzz-readers.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { buildRoot } from '../../harness/base/paths.js';
import { processorTime } from '../../harness/base/process-stat.js';
import type { Answer, Question } from './child.js';
import { nearly } from './mutate.js';
import { type Reader, readers } from './readers.js';

/** Processor seconds, and seconds of any kind, that a process may take for one file. */
const ownLimit = 5;
const waitLimit = 300;
const lookPause = 500;
const memoryLimit = 512 * 1024;
/** Bytes that one change may add, so that the readers' own limits are reached too. */
const sizes = [2 ** 8, 2 ** 14, 2 ** 20];
const runsPerRound = 200;

/** Resolves with a message when a process has taken too long. */
function tooLong(pid: number, signal: AbortSignal): Promise<string> {
  const begin = { own: processorTime(pid), all: performance.now() };
  return new Promise<string>((resolve) => {
    const timer = setInterval(() => {
      if (processorTime(pid) - begin.own > ownLimit)
        resolve(`no answer within ${ownLimit} s of its own time`);
      if (performance.now() - begin.all > waitLimit * 1000) resolve(`no answer within ${waitLimit} s`);
    }, lookPause);
    signal.addEventListener('abort', () => clearInterval(timer));
  });
}

/** A process that reads files. It is started again after it was killed or has used much memory. */
class Watched {
  #child: ChildProcess | undefined;

  async ask(question: Question): Promise<string | undefined> {
    this.#child ??= fork(fileURLToPath(new URL('child.js', import.meta.url)), { stdio: 'ignore' });
    const child = this.#child;
    const abort = new AbortController();
    const { signal } = abort;
    const answered = once(child, 'message', { signal }).then(([answer]) => answer as Answer);
    const died = once(child, 'exit', { signal }).then(([code, by]) => `the process died: ${by ?? code}`);
    const late = tooLong(child.pid ?? 0, signal);
    child.send(question);
    try {
      const end = await Promise.race([answered, died, late]);
      if (typeof end === 'string') {
        this.stop();
        return end;
      }
      if (end.memory <= memoryLimit) return end.bug;
      this.stop();
      return end.bug ?? `${Math.round(end.memory / 1024)} MiB of memory`;
    } finally {
      for (const promise of [answered, died]) promise.catch(() => {});
      abort.abort();
    }
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

/** One round of one reader. Returns fast-check's report of a finding. */
async function round(
  reader: Reader,
  seed: number,
  most: number,
  folder: string,
  watched: Watched,
): Promise<string | undefined> {
  const path = join(folder, 'file');
  const files = nearly(await reader.seeds(), reader.tokens, most);
  const property = fc.asyncProperty(files, async (bytes) => {
    writeFileSync(path, reader.finish?.(bytes) ?? bytes);
    const found = await watched.ask({ reader: reader.name, path });
    if (found !== undefined) throw new Error(found);
  });
  const result = await fc.check(property, { seed, numRuns: runsPerRound, endOnFailure: false });
  if (!result.failed) return undefined;
  const kept = join(buildRoot, 'fuzz-readers');
  mkdirSync(kept, { recursive: true });
  const name = join(kept, `${reader.name.replace(/\W+/g, '-')}-${seed}`);
  const [smallest] = result.counterexample ?? [];
  if (smallest !== undefined) writeFileSync(path, reader.finish?.(smallest) ?? smallest);
  copyFileSync(path, name);
  const reason = result.errorInstance instanceof Error ? result.errorInstance.message : '';
  return `${reader.name}: ${reason}\n  kept: ${name}\n  repeat: npm run fuzz:readers -- --reader ${JSON.stringify(reader.name)} --seed ${seed} --size ${most}`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      reader: { type: 'string' },
      size: { type: 'string' },
    },
  });
  const wanted = readers.filter(({ name }) => values.reader === undefined || name === values.reader);
  if (wanted.length === 0) {
    process.stderr.write(
      `there is no reader ${values.reader}; one of ${readers.map(({ name }) => name).join(', ')}\n`,
    );
    return 2;
  }
  const single = values.minutes === undefined;
  const end = Date.now() + Number(values.minutes ?? 0) * 60_000;
  const folder = mkdtempSync(join(tmpdir(), 'harness-fuzz-'));
  const watched = new Watched();
  let seed = Number(values.seed ?? Date.now() % 0x7fff_ffff);
  let [files, found] = [0, 0];
  try {
    do {
      for (const reader of wanted) {
        for (const most of values.size === undefined ? sizes : [Number(values.size)]) {
          const finding = await round(reader, seed, most, folder, watched);
          files += runsPerRound;
          if (finding === undefined) continue;
          found++;
          process.stdout.write(`${finding}\n`);
        }
        if (!single && Date.now() > end) break;
      }
      seed = (seed + 1) % 0x7fff_ffff;
    } while (!single && Date.now() < end);
  } finally {
    watched.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${files.toLocaleString('en')} files, ${found} findings, ${wanted.length} readers\n`);
  return found === 0 ? 0 : 1;
}

process.exitCode = await main();
