// SPDX-License-Identifier: BSD-2-Clause
/** Runs a program of the build (make, a compiler, a tool) with what it says kept in a file. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { type Fault, HarnessError } from './error.js';

export interface ToolRun {
  /** As an error names it: "the VMM's build". */
  what: string;
  /** Whose fault a failure is. */
  fault: Fault;
  cwd: string;
  /** Where stdout and stderr are kept, in the order in which they came. */
  log: string;
  env?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** How many of the last lines an error shows. */
const shownLines = 8;

/** Resolves when the program ends with exit code 0; throws HarnessError with its last lines when not. */
export async function runTool(program: string, args: readonly string[], run: ToolRun): Promise<void> {
  const { what, fault, cwd, log, env = {}, signal } = run;
  const file = createWriteStream(log);
  await once(file, 'open');
  const result = await execa(program, args, {
    cwd,
    env,
    stdin: 'ignore',
    // One file for both keeps their order, and is there when we are not.
    stdout: file,
    stderr: file,
    reject: false,
    ...(signal && { cancelSignal: signal }),
  }).finally(() => file.close());
  if (result.exitCode === 0) return;
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new HarnessError('infrastructure', `${what}: ${program} can not be started`, {
      got: result.originalMessage ?? '',
      wayOut: 'setup/setup demo installs what is missing; vmm-harness doctor shows it',
    });
  }
  const how = result.signal ? `ended by ${result.signal}` : `exit code ${result.exitCode}`;
  const last = (await readFile(log, 'utf8')).trim().split('\n').slice(-shownLines);
  throw new HarnessError(fault, `${what} failed (${how})`, { where: log, got: last.join('\n') });
}
