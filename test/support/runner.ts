// SPDX-License-Identifier: BSD-2-Clause
/**
 * Runs test files, each in its own process, and ends with `N passed, N failed` from the files' reports.
 *
 *   node dist/test/support/runner.js                  every file below dist/test
 *   node dist/test/support/runner.js unit/machine qemu only files whose path contains one of these words
 *
 * Files under test/qemu and test/board start QEMU, which often waits: two of them at a time, on a machine of any size,
 * beside the others. Those that took longest the last time come first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endsWithUs } from '../../harness/base/children.js';
import { interruptedCode } from '../../harness/base/interrupt.js';
import type { TestEvent } from './test.js';

const { values, positionals: words } = parseArgs({
  options: { grep: { type: 'string' } },
  allowPositionals: true,
});
const { grep } = values;

const testRoot = dirname(dirname(fileURLToPath(import.meta.url)));
/** The sources determine the list of files: what is left in dist of a deleted one is not run. */
const sourceRoot = join(testRoot, '..', '..', 'test');
/** A file that is silent this long (no test starts or ends) is killed. */
const silenceLimit = 180_000;
/** Beside them: tests that wait for QEMU leave its time to others even where there are but two cores. */
const parallel = Math.max(2, Math.min(availableParallelism() - 1, 8));
const parallelQemu = 2;
const bootsQemu = /^(qemu|board)\//;
const durationsFile = join(testRoot, '..', '..', 'build', 'test', 'durations.json');

interface FileResult {
  file: string;
  passed: number;
  skipped: { name: string; reason: string }[];
  failed: { name: string; message: string }[];
  output: string;
  ms: number;
}

/** Files whose path contains one of `words`; of those only the files that contain `grep` literally, if any does. */
function testFiles(words: readonly string[], grep: string | undefined): string[] {
  const files = readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  const names = (file: string) => readFileSync(join(sourceRoot, file), 'utf8').includes(grep ?? '');
  const literal = files.filter(names);
  const chosen = literal.length > 0 ? literal : files;
  return chosen.map((file) => file.replace(/\.ts$/, '.js')).sort();
}

/** Kills a file's whole process group: it leads one (`detached`). */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

const children = new Set<ChildProcess>();

function runFile(file: string): Promise<FileResult> {
  const result: FileResult = { file, passed: 0, skipped: [], failed: [], output: '', ms: 0 };
  const begin = performance.now();
  let running: string | undefined;
  let ended = false;
  let silent = false;
  const [program, args] = endsWithUs(process.execPath, ['--enable-source-maps', join(testRoot, file)]);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, TEST_EVENTS_FD: '3', ...(grep !== undefined && { TEST_GREP: grep }) },
  });
  children.add(child);
  const watchdog = setTimeout(() => {
    silent = true;
    killGroup(child);
  }, silenceLimit);
  const take = (event: TestEvent) => {
    watchdog.refresh();
    running = event.event === 'start' ? event.name : undefined;
    if (event.event === 'pass') result.passed += 1;
    else if (event.event === 'fail') result.failed.push({ name: event.name, message: event.message ?? '' });
    else if (event.event === 'skip') result.skipped.push({ name: event.name, reason: event.reason });
    else if (event.event === 'end') ended = true;
  };
  const gather = (chunk: Buffer) => {
    result.output += chunk.toString();
  };
  child.stdout?.on('data', gather);
  child.stderr?.on('data', gather);
  createInterface(child.stdio[3] as Readable).on('line', (line) => take(JSON.parse(line) as TestEvent));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      children.delete(child);
      killGroup(child);
      result.ms = performance.now() - begin;
      const silence = `killed after ${silenceLimit / 1000} s in which no test started or ended`;
      const how = silent ? silence : signal ? `ended by ${signal}` : `ended with exit code ${code}`;
      if (running !== undefined) result.failed.push({ name: running, message: how });
      else if (!ended)
        result.failed.push({ name: '(whole file)', message: `${how} before its tests were done` });
      else if (code !== 0 && result.failed.length === 0)
        result.failed.push({ name: '(after the last test)', message: how });
      else if (grep === undefined && result.passed + result.failed.length + result.skipped.length === 0)
        result.failed.push({ name: '(whole file)', message: 'it has no test' });
      resolve(result);
    });
  });
}

function report(result: FileResult): void {
  // A file without the requested test prints nothing.
  if (grep !== undefined && result.passed + result.failed.length + result.skipped.length === 0) return;
  const counts = [`${result.passed} passed`];
  if (result.failed.length > 0) counts.push(`${result.failed.length} failed`);
  if (result.skipped.length > 0) counts.push(`${result.skipped.length} skipped`);
  const mark = result.failed.length > 0 ? 'FAIL' : 'ok  ';
  const name = result.file.replace(/\.js$/, '.ts');
  console.log(`${mark} ${name}: ${counts.join(', ')} (${(result.ms / 1000).toFixed(1)} s)`);
  for (const { name, reason } of result.skipped) console.log(`     skipped: ${name}: ${reason}`);
  if (result.failed.length === 0) return;
  for (const { name, message } of result.failed)
    console.log(`     failed: ${name}: ${message.split('\n')[0]}`);
  console.log(result.output.trimEnd().replace(/^/gm, '     | '));
  console.log(`     repeat: node ${relative('', join(testRoot, result.file))}`);
}

type Durations = Record<string, number>;
/** A file that has never run counts as longer than any. */
const unknown = Number.MAX_SAFE_INTEGER;

/** Duration of each file's last run, in milliseconds. */
function lastDurations(): Durations {
  try {
    return JSON.parse(readFileSync(durationsFile, 'utf8')) as Durations;
  } catch {
    return {};
  }
}

function keepDurations(results: readonly FileResult[]): void {
  const durations = { ...lastDurations() };
  for (const { file, ms } of results) durations[file] = Math.round(ms);
  mkdirSync(dirname(durationsFile), { recursive: true });
  writeFileSync(durationsFile, `${JSON.stringify(durations, undefined, 2)}\n`);
}

/** Runs all files. A worker that finds no slot for a file that boots takes another one, so that none is idle. */
async function runAll(files: readonly string[], results: FileResult[]): Promise<void> {
  const durations = lastDurations();
  const longest = [...files].sort((a, b) => (durations[b] ?? unknown) - (durations[a] ?? unknown));
  const boots = longest.filter((file) => bootsQemu.test(file));
  const others = longest.filter((file) => !bootsQemu.test(file));
  let booting = 0;
  const worker = async () => {
    for (;;) {
      const boot = booting < parallelQemu ? boots.shift() : undefined;
      const file = boot ?? others.shift();
      if (file === undefined) return;
      if (boot !== undefined) booting += 1;
      const result = await runFile(file);
      if (boot !== undefined) booting -= 1;
      report(result);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: parallel + parallelQemu }, worker));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of children) killGroup(child);
    const done = `${ended.length} of ${files.length} files`;
    console.log(`INTERRUPTED, no verdict, after ${done}: ${countsOf(ended)}`);
    process.exit(interruptedCode);
  });
}

/** Results of the files that have ended. */
const ended: FileResult[] = [];
const sum = (results: readonly FileResult[], count: (result: FileResult) => number) =>
  results.reduce((total, one) => total + count(one), 0);
const countsOf = (results: readonly FileResult[]) =>
  `${sum(results, (one) => one.passed)} passed, ${sum(results, (one) => one.failed.length)} failed`;

const files = testFiles(words, grep);
if (files.length === 0) {
  console.error(`no test file matches: ${words.join(' ')}`);
  process.exit(2);
}
await runAll(files, ended);
if (grep === undefined) keepDurations(ended);
else if (ended.every((one) => one.passed + one.failed.length + one.skipped.length === 0)) {
  console.error(`no test has a name with ${grep} in it`);
  process.exit(2);
}
const skipped = sum(ended, (one) => one.skipped.length);
if (skipped > 0) console.log(`${skipped} skipped, for the reasons above`);
console.log(countsOf(ended));
process.exit(ended.some((one) => one.failed.length > 0) ? 1 : 0);
