// SPDX-License-Identifier: BSD-2-Clause
/**
 * Checks whether this machine can run an SDK's tool by running it. Because of emulators and unusual C libraries there
 * is no other way.
 */
import { type ExecFileException, execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { endsWithUs } from '../../base/children.js';
import { type Fault, HarnessError } from '../../base/error.js';
import { describeExecutable, type Executable } from './executable.js';

const answerLimit = 20_000;
const usage = /^usage: microkit/m;

interface Trial {
  /** How the program ended, or why it did not start. */
  how: string;
  stderr: string;
}

function tryTool(tool: string, dir: string, signal?: AbortSignal): Promise<Trial | undefined> {
  return new Promise((resolve) => {
    // The tool prefers MICROKIT_SDK to its own location.
    const env = { ...process.env, MICROKIT_SDK: dir };
    const options = { env, timeout: answerLimit, killSignal: 'SIGKILL', ...(signal && { signal }) } as const;
    const child = execFile(...endsWithUs(tool, ['--help']), options, (error, stdout, stderr) => {
      if (error === null && usage.test(stdout)) resolve(undefined);
      else resolve({ how: howItEnded(error), stderr });
    });
    child.stdin?.end();
  });
}

function howItEnded(error: ExecFileException | null): string {
  if (error === null) return 'its output is unexpected';
  if (error.killed) return `it did not answer within ${answerLimit / 1000} s`;
  if (error.signal) return `it was killed by ${error.signal}`;
  return typeof error.code === 'number' ? `it ended with exit code ${error.code}` : `${error.code}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function whyNot(tool: string, trial: Trial, program: Executable): string {
  const { interpreter } = program;
  if (!isExecutable(tool)) return 'it is not executable';
  if (interpreter !== undefined && interpreter !== '' && !existsSync(interpreter)) {
    return `it is ${program.kind} and needs ${interpreter}, which this machine does not have`;
  }
  const library = /^.*(?:version `|not found|No such file|cannot open shared).*$/m.exec(trial.stderr);
  if (library !== null) return `it is ${program.kind}, and: ${library[0].trim()}`;
  return `it is ${program.kind}; ${trial.how}`;
}

/**
 * Runs `bin/microkit --help` of the SDK in `dir`. Rejects with a HarnessError that names the kind of program and what
 * this machine lacks, or with the signal's reason.
 */
export async function requireRunsHere(
  dir: string,
  signal?: AbortSignal,
  fault: Fault = 'infrastructure',
): Promise<void> {
  const tool = join(dir, 'bin', 'microkit');
  signal?.throwIfAborted();
  const trial = await tryTool(tool, dir, signal);
  signal?.throwIfAborted();
  if (trial === undefined) return;
  throw new HarnessError(fault, "this machine cannot run the SDK's tool", {
    where: tool,
    expected: `a program for ${process.platform} ${process.arch} that answers --help`,
    got: whyNot(tool, trial, describeExecutable(tool)),
    wayOut: `use the SDK for ${process.platform} ${process.arch}`,
  });
}
