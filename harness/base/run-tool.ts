// SPDX-License-Identifier: BSD-2-Clause
/** Runs a program of the build (make, a compiler, a tool) and keeps its output in a file. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type GroupEnd, runGroup } from './children.js';
import { type Fault, HarnessError } from './error.js';
import { buildRoot, buildVariable, isClone, packageRoot } from './paths.js';

export interface ToolRun {
  /** How errors name the work: "the VMM's build". */
  what: string;
  /** Whose fault a failure is. */
  fault: Fault;
  cwd: string;
  /** The file that receives stdout and stderr, in the order in which they were written. */
  log: string;
  env?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** How many of the output's last lines an error shows. */
const shownLines = 8;

/** Characters that are special to make, or to the shell that runs its commands. */
const special = /[\s$'"`\\:#%;&|<>()*?[\]{}!~]/;

function elsewhere(path: string): string {
  if (path.startsWith(packageRoot))
    return isClone ? 'move the clone to another folder' : 'install the package in another folder';
  if (path.startsWith(buildRoot)) return `set ${buildVariable}, or --build-dir, to another folder`;
  return 'move the file to another folder, or link to it';
}

/**
 * Refuses a path that cannot be given to make. Throws HarnessError (usage). A list of folders may have spaces between
 * them, so each user path is checked before it joins a list.
 */
export function requirePlain(path: string): void {
  const [character] = special.exec(path.replaceAll(' /', '/')) ?? [];
  if (character === undefined || !path.startsWith('/')) return;
  throw new HarnessError('usage', 'this path cannot be given to make', {
    where: path,
    expected:
      'a path without blanks, quotes, colons and other characters that are special to a shell or to make',
    got: JSON.stringify(character),
    wayOut: elsewhere(path),
  });
}

/**
 * Resolves when the program ends with exit code 0; otherwise throws HarnessError with the last lines of its output. The
 * program and everything it starts keep the locks held now, and end with the harness.
 */
export async function runTool(program: string, args: readonly string[], run: ToolRun): Promise<void> {
  const { what, fault, cwd, log, env, signal } = run;
  if (program === 'make') for (const word of args) requirePlain(word.replace(/^\w+=/, ''));
  // A single file for both streams keeps their order, and remains when the harness is gone.
  const output = openSync(log, 'w');
  let ended: GroupEnd;
  try {
    ended = await runGroup(program, args, { cwd, env, output, signal });
  } finally {
    closeSync(output);
  }
  if (ended.exitCode === 0) return;
  const text = (await readFile(log, 'utf8')).trim();
  const hasNotStarted = ended.exitCode === 126 || ended.exitCode === 127;
  if (hasNotStarted && text.includes(`: exec: ${program}: `)) {
    throw new HarnessError('infrastructure', `${what}: ${program} cannot be started`, {
      got: text.split('\n').at(-1) ?? '',
      wayOut: 'vmm-harness setup demo installs what is missing; vmm-harness doctor shows it',
    });
  }
  const how = ended.signal ? `ended by ${ended.signal}` : `exit code ${ended.exitCode}`;
  throw new HarnessError(fault, `${what} failed (${how})`, {
    where: log,
    got: text.split('\n').slice(-shownLines).join('\n'),
  });
}
