// SPDX-License-Identifier: BSD-2-Clause
/**
 * A lock between processes, released by the kernel when the last process that works under it has ended. flock(1) locks
 * a descriptor of the harness, and programs started meanwhile inherit it. The file holds its owner's pid and stays: a
 * lock is never stale.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { endsWithUs, handingOn } from './children.js';
import { HarnessError } from './error.js';
import { orInterrupted } from './interrupt.js';

/** Exit code that flock is asked to use when another process holds the lock. */
const heldByOther = 75;

export interface LockOptions {
  /** How errors name the locked thing: "the cache", "the build folder". */
  what: string;
  /** Seconds to wait for another holder. */
  wait: number;
  /** Called once when another process holds the lock, with the name of that process. */
  onWait?: (holder: string) => void;
  /**
   * Ends the wait, as Ctrl-C does; `withLock` then rejects with the signal's reason. The holder of the lock continues
   * until it ends by itself.
   */
  signal?: AbortSignal | undefined;
}

const cannotLock = (what: string, where: string, got: string, cause?: unknown) =>
  new HarnessError('infrastructure', `${what} cannot be locked`, {
    where,
    expected: 'flock (util-linux) and a writable folder',
    got,
    cause,
  });

/** Opens the lock's file. Refuses a link, a FIFO or another user's file: somebody planted it there. */
function openLock(file: string, what: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw cannotLock(what, file, code === 'ELOOP' ? 'it is a link' : message, error);
  }
  const stat = fstatSync(descriptor);
  const isOurs = stat.uid === process.geteuid?.();
  if (stat.isFile() && isOurs) return descriptor;
  closeSync(descriptor);
  throw new HarnessError('infrastructure', `the lock file of ${what} is not ours`, {
    where: file,
    expected: `a regular file of user ${process.geteuid?.()}`,
    got: stat.isFile() ? `a file of user ${stat.uid}` : 'something other than a file',
    wayOut: 'remove it, and see who else can write in that folder',
  });
}

interface Locking {
  /** 0: locked. Undefined when flock was killed or could not be started. */
  exitCode: number | undefined;
  got: string;
}

/** Runs flock(1) on a descriptor that it shares with the harness; the lock stays when flock ends. */
function lock(descriptor: number, wait: number, signal: AbortSignal): Promise<Locking> {
  const flags = ['--exclusive', '--timeout', String(wait), '--conflict-exit-code', String(heldByOther)];
  const [program, args] = endsWithUs('flock', [...flags, '3']);
  // The harness itself handles a Ctrl-C at the terminal.
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', descriptor], detached: true });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  let got = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    got += chunk.toString();
  });
  return new Promise<Locking>((resolve) => {
    child.once('error', ({ message }) => resolve({ exitCode: undefined, got: message }));
    child.once('close', (exitCode) => resolve({ exitCode: exitCode ?? undefined, got: got.trim() }));
  }).finally(() => signal.removeEventListener('abort', stop));
}

/** The descriptor that holds the lock; undefined when another process still holds it after `wait` seconds. */
async function take(file: string, wait: number, options: LockOptions): Promise<number | undefined> {
  const { what } = options;
  const signal = orInterrupted(options.signal);
  signal.throwIfAborted();
  const descriptor = openLock(file, what);
  const { exitCode, got } = await lock(descriptor, wait, signal);
  if (exitCode === 0 && !signal.aborted) return descriptor;
  closeSync(descriptor);
  signal.throwIfAborted();
  if (exitCode === heldByOther) return undefined;
  throw cannotLock(what, file, got || `flock ended with ${exitCode ?? 'a signal'}`);
}

/** The holder of a lock according to its file. The file is trusted only to name a process. */
function holder(file: string, what: string): string {
  const descriptor = openLock(file, what);
  try {
    const bytes = Buffer.alloc(16);
    const [, pid] = /^(\d{1,10})\n$/.exec(bytes.toString('latin1', 0, readSync(descriptor, bytes))) ?? [];
    return pid === undefined ? 'another process' : `process ${pid}`;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Runs `body` while holding the lock on `file`. The file is created if necessary; its folder must exist. Throws
 * HarnessError (infrastructure) when another process still holds the lock after `wait` seconds.
 */
export async function withLock<T>(file: string, options: LockOptions, body: () => Promise<T>): Promise<T> {
  const { what, wait, onWait } = options;
  let descriptor = await take(file, 0, options);
  if (descriptor === undefined) {
    onWait?.(holder(file, what));
    descriptor = await take(file, wait, options);
  }
  if (descriptor === undefined) {
    throw new HarnessError('infrastructure', `${what} is busy`, {
      where: file,
      expected: `the lock within ${wait} s`,
      got: `held by ${holder(file, what)}`,
      wayOut: 'wait for it or end it, then run again',
    });
  }
  try {
    ftruncateSync(descriptor);
    writeSync(descriptor, `${process.pid}\n`, 0);
    return await handingOn(descriptor, body);
  } finally {
    closeSync(descriptor);
  }
}
