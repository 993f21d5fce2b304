// SPDX-License-Identifier: BSD-2-Clause
/**
 * Programs that the harness starts. None outlives the harness, however it dies. A Ctrl-C at the terminal reaches only
 * the harness, which then ends them in order.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { tellProgram } from './detail.js';
import { orInterrupted } from './interrupt.js';

/** The command line for a program that starts no children: the kernel ends it together with the harness. */
export function endsWithUs(program: string, args: readonly string[]): [program: string, args: string[]] {
  tellProgram(program, args);
  return ['setpriv', ['--pdeathsig', 'KILL', program, ...args]];
}

/** Whether a program started by {@link endsWithUs} is not installed. */
export const isMissing = (exitCode: number | undefined): boolean =>
  exitCode === undefined || exitCode === 127;

const locks = new AsyncLocalStorage<readonly number[]>();

/** Runs `body`. The program groups that it starts inherit the descriptor of a lock, and so keep the lock held. */
export function handingOn<T>(lock: number, body: () => Promise<T>): Promise<T> {
  return locks.run([...(locks.getStore() ?? []), lock], body);
}

/** Seconds between SIGTERM and SIGKILL, for a group to leave its files in order. */
const orderlyTime = 2;

/**
 * A watcher in the program's own group learns from descriptor 3 how the program ends: it reads a line when the program
 * is done, and end of file when the harness has died. In the second case it ends the group, so that make and compilers
 * remove their half-written files. The watcher keeps no lock: locks are the descriptors that follow.
 */
const watched = `
(exec 4<&- 5<&- 6<&- 7<&-; trap '' INT HUP TERM; read -r _ <&3 && exit; kill -TERM 0; sleep ${orderlyTime}; kill -KILL 0) >/dev/null 2>&1 &
exec "$@" 3<&-`;

export interface Group {
  readonly child: ChildProcess;
  /** Resolves when the program has ended; its group may still be ending. */
  readonly ended: Promise<GroupEnd>;
  /** Sends SIGTERM to the whole group, then SIGKILL. */
  end(): void;
}

interface GroupStart {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** stdin, stdout, stderr. */
  stdio: readonly ['ignore' | 'pipe', 'pipe' | number, 'pipe' | number];
}

/**
 * Starts a program that starts others (make, a compiler, ssh) as a process group that ends with the harness, however
 * the harness dies.
 */
export function startGroup(program: string, args: readonly string[], { cwd, env, stdio }: GroupStart): Group {
  const child = spawn('/bin/sh', ['-c', watched, 'sh', program, ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: [...stdio, 'pipe', ...(locks.getStore() ?? [])],
    detached: true,
  });
  const watcher = child.stdio[3] as Writable;
  // If the watcher is gone, there is nothing left to do.
  watcher.on('error', () => {});
  let late: NodeJS.Timeout | undefined;
  let isEnding = false;
  const ended = once(child, 'exit').then(([exitCode, signal]): GroupEnd => {
    clearTimeout(late);
    if (isEnding) signalGroup(child, 'SIGKILL');
    watcher.end('done\n');
    return { exitCode, signal };
  });
  const end = () => {
    isEnding = true;
    signalGroup(child, 'SIGTERM');
    late ??= setTimeout(() => signalGroup(child, 'SIGKILL'), orderlyTime * 1000);
  };
  return { child, ended, end };
}

export interface GroupOptions {
  cwd: string;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Descriptor of the file that receives both stdout and stderr. */
  output: number;
  /**
   * Ends the group as Ctrl-C does: SIGTERM to all of it, then SIGKILL. `runGroup` then rejects with the signal's
   * reason.
   */
  signal?: AbortSignal | undefined;
}

export interface GroupEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** Runs such a program; resolves when it has ended. */
export async function runGroup(
  program: string,
  args: readonly string[],
  { cwd, env = {}, output, ...options }: GroupOptions,
): Promise<GroupEnd> {
  const signal = orInterrupted(options.signal);
  signal.throwIfAborted();
  tellProgram(program, args);
  const group = startGroup(program, args, { cwd, env, stdio: ['ignore', output, output] });
  signal.addEventListener('abort', group.end, { once: true });
  try {
    const end = await group.ended;
    signal.throwIfAborted();
    return end;
  } finally {
    signal.removeEventListener('abort', group.end);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group has just ended by itself.
  }
}
