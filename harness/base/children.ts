// SPDX-License-Identifier: BSD-2-Clause
/**
 * Programs that the harness starts. None outlives the harness, however that dies, and a Ctrl-C at the terminal reaches
 * the harness alone, which then ends them in order.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { orInterrupted } from './interrupt.js';

/** The command line of a program without children of its own: the kernel ends it with the harness. */
export function endsWithUs(program: string, args: readonly string[]): [program: string, args: string[]] {
  return ['setpriv', ['--pdeathsig', 'KILL', program, ...args]];
}

/** Whether a program that was started by {@link endsWithUs} is missing. */
export const isMissing = (exitCode: number | undefined): boolean =>
  exitCode === undefined || exitCode === 127;

const locks = new AsyncLocalStorage<readonly number[]>();

/** Runs `body`; the program groups that it starts inherit the descriptor of a lock, and so keep the lock held. */
export function handingOn<T>(lock: number, body: () => Promise<T>): Promise<T> {
  return locks.run([...(locks.getStore() ?? []), lock], body);
}

/** Seconds that a group has to put its files in order between SIGTERM and SIGKILL. */
const orderlyTime = 2;

/**
 * Descriptor 3 tells a watcher in the program's own group how it ends: a line when the program is done, the end of the
 * file when the harness has died. Then the watcher ends the group: make and compilers remove their half files. It keeps no
 * lock: those are the next descriptors.
 */
const watched = `
(exec 4<&- 5<&- 6<&- 7<&-; trap '' INT HUP TERM; read -r _ <&3 && exit; kill -TERM 0; sleep ${orderlyTime}; kill -KILL 0) >/dev/null 2>&1 &
exec "$@" 3<&-`;

export interface GroupOptions {
  cwd: string;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Descriptor of a file for both stdout and stderr. */
  output: number;
  /** Ends the group, as Ctrl-C does: SIGTERM to all of it, then SIGKILL. `runGroup` rejects with its reason. */
  signal?: AbortSignal | undefined;
}

export interface GroupEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** Runs a program that starts others (make, a compiler) as a process group; resolves when the program has ended. */
export async function runGroup(
  program: string,
  args: readonly string[],
  { cwd, env = {}, output, ...options }: GroupOptions,
): Promise<GroupEnd> {
  const signal = orInterrupted(options.signal);
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', watched, 'sh', program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output, 'pipe', ...(locks.getStore() ?? [])],
    detached: true,
  });
  const watcher = child.stdio[3] as Writable;
  // A watcher that is gone has nothing left to do.
  watcher.on('error', () => {});
  let late: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup(child, 'SIGTERM');
    late = setTimeout(() => signalGroup(child, 'SIGKILL'), orderlyTime * 1000);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const [exitCode, endedBy] = await once(child, 'exit');
    if (signal.aborted) signalGroup(child, 'SIGKILL');
    signal.throwIfAborted();
    return { exitCode, signal: endedBy };
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', end);
    watcher.end('done\n');
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has just ended by itself.
  }
}
