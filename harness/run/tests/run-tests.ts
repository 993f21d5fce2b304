// SPDX-License-Identifier: BSD-2-Clause
/** The test files of a suite: loaded before anything is built, and run in every case, each in its own process. */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endsWithUs } from '../../base/children.js';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import type { Result } from '../../verdict/verdict.js';
import { buildFolder } from '../suite/build.js';
import type { LoadedSuite } from '../suite/read.js';
import { bundle } from './bundle.js';
import { findTests } from './find.js';
import type { Job, JobMachine, Message, TestFailure } from './messages.js';

/** A test file that was imported once. */
export interface LoadedTests {
  /** The file that the user wrote. */
  source: string;
  /** Relative to the suite's folder. */
  name: string;
  bundle: string;
  tests: readonly { name: string; skip: string | undefined }[];
  grep: string | undefined;
}

const program = fileURLToPath(new URL('./child.js', import.meta.url));
/** Milliseconds that an import may take. */
const importLimit = 30_000;
/** Milliseconds that a body may overrun. A process that does not end it then is stuck, and is killed. */
const patience = 5_000;

interface Process {
  child: ChildProcess;
  /** Kills the process when it reports nothing for `ms` milliseconds; undefined removes the limit. */
  expect(ms: number | undefined): void;
  /** Resolves when it is gone; `stuck` when it was killed for that reason. */
  ended: Promise<{ exitCode: number | null; stuck: boolean }>;
}

function start(
  job: Job,
  log: string | undefined,
  signal: AbortSignal,
  hear: (message: Message) => void,
): Process {
  const output = log === undefined ? 'ignore' : openSync(log, 'a');
  const [execPath, words] = endsWithUs(process.execPath, ['--enable-source-maps']);
  const child = fork(program, [], {
    execPath,
    execArgv: words,
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  if (typeof output === 'number') closeSync(output);
  child.on('message', (message) => hear(message as Message));
  child.on('error', () => {});
  child.send(job);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let stuck = false;
  let timer: NodeJS.Timeout | undefined;
  const expect = (ms: number | undefined) => {
    clearTimeout(timer);
    if (ms === undefined) return;
    timer = setTimeout(() => {
      stuck = true;
      child.kill('SIGKILL');
    }, ms);
  };
  const ended = new Promise<{ exitCode: number | null; stuck: boolean }>((resolve) => {
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve({ exitCode, stuck });
    });
  });
  return { child, expect, ended };
}

const brokenFile = (name: string, { fault, message, source, expected, got }: TestFailure) =>
  new HarnessError(
    fault === 'defect' ? 'usage' : fault,
    `the test file ${name} cannot be loaded: ${message}`,
    {
      ...(source !== undefined && { where: source }),
      ...(expected !== undefined && { expected }),
      ...(got !== undefined && { got }),
    },
  );

/**
 * Bundles and imports the suite's test files. Rejects with HarnessError (usage) and a place for a file that throws,
 * whose import does not end, or that has no test.
 */
export async function loadTests(
  loaded: LoadedSuite,
  grep: string | undefined,
  signal: AbortSignal,
): Promise<LoadedTests[]> {
  const files: LoadedTests[] = [];
  for (const source of findTests(loaded)) {
    const name = relative(loaded.folder, source);
    const outfile = join(buildFolder(loaded), 'tests', `${name.replaceAll(/[^\w.-]/g, '_')}.mjs`);
    makeFolder(join(buildFolder(loaded), 'tests'));
    await bundle(source, outfile);
    files.push(await load({ source, name, bundle: outfile, tests: [], grep }, signal));
  }
  return files;
}

async function load(file: LoadedTests, signal: AbortSignal): Promise<LoadedTests> {
  let tests: LoadedTests['tests'] | undefined;
  let broken: TestFailure | undefined;
  const job = { ...file, machine: undefined };
  const { expect, ended } = start(job, undefined, signal, (message) => {
    if (message.event === 'loaded') tests = message.tests;
    else if (message.event === 'broken') broken = message.failure;
  });
  expect(importLimit);
  const { exitCode, stuck } = await ended;
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  if (broken !== undefined) throw brokenFile(file.name, broken);
  if (tests !== undefined) return { ...file, tests };
  const got = stuck
    ? `not done after ${importLimit / 1000} s`
    : `its process ended with exit code ${exitCode}`;
  throw new HarnessError('usage', `the test file ${file.name} cannot be loaded`, { where: file.source, got });
}

export interface TestRun {
  about: JobMachine;
  progress: Progress;
  signal: AbortSignal;
}

/** Runs the tests of a file in a case. Failures are in the results; rejects only with bugs. */
export async function runTests(file: LoadedTests, { about, progress, signal }: TestRun): Promise<Result[]> {
  const results = new Map<string, Result>();
  let running: string | undefined;
  let broken: TestFailure | undefined;
  const log = join(about.folder, 'tests.log');
  const job = { ...file, machine: about };
  const { expect, ended } = start(job, log, signal, (message) => {
    if (message.event === 'note') progress({ kind: 'note', text: message.text });
    else if (message.event === 'begin') {
      if (running === undefined) progress({ kind: 'start', step: `test: ${message.name}` });
      running = message.name;
      expect(undefined);
    } else if (message.event === 'body') expect(message.limit + patience);
    else if (message.event === 'end') {
      const result = resultOf(message, signal.aborted);
      results.set(message.name, result);
      running = undefined;
      expect(undefined);
      progress({ kind: 'done', step: `test: ${message.name}`, note: result.outcome });
    } else if (message.event === 'broken') broken = message.failure;
  });
  const { exitCode, stuck } = await ended;
  const died = stuck
    ? 'the test blocks its process'
    : `the process of the test file ended (exit code ${exitCode})`;
  const resultFor = ({ name, skip }: LoadedTests['tests'][number]): Result => {
    const found = results.get(name);
    if (found !== undefined) return found;
    if (skip !== undefined) return { name, outcome: 'skipped', got: skip, ms: 0 };
    if (signal.aborted) return { name, outcome: 'not run', ms: 0 };
    if (broken !== undefined) return { name, outcome: 'error', got: broken.message, ms: 0 };
    if (name !== running) return { name, outcome: 'not run', ms: 0 };
    return { name, outcome: 'fail', got: died, source: file.source, ms: 0 };
  };
  return file.tests.map((one) => ({ ...resultFor(one), file: file.name }));
}

type End = Extract<Message, { event: 'end' }>;

function resultOf(end: End, interrupted: boolean): Result {
  const { name, attempts, ms, where, until, phases, failure } = end;
  const plain = {
    name,
    ms,
    phases,
    ...(where !== undefined && { where }),
    ...(until !== undefined && { until }),
    ...(attempts > 1 && { attempts }),
  };
  if (failure === undefined) return { ...plain, outcome: 'pass' };
  if (interrupted) return { ...plain, outcome: 'not run' };
  const { fault, message, expected, got, source } = failure;
  return {
    ...plain,
    outcome: fault === 'product' || fault === 'defect' ? 'fail' : 'error',
    ...(expected !== undefined && { expected }),
    got: got === undefined ? message : `${message}; ${got}`,
    ...(source !== undefined && { source }),
  };
}
