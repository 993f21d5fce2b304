// SPDX-License-Identifier: BSD-2-Clause
/**
 * A lock between processes that the kernel lets go when the last process that works under it has ended: flock(1) locks
 * a descriptor of ours, and the programs that are started meanwhile inherit it. The file holds its holder's pid and
 * stays; nobody has to find it stale.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { endsWithUs, handingOn } from './children.js';
import { HarnessError } from './error.js';
import { orInterrupted } from './interrupt.js';

/** Exit code that we ask flock for when somebody else holds the lock. */
const heldByOther = 75;

export interface LockOptions {
  /** What is locked, as an error names it: "the cache", "the build folder". */
  what: string;
  /** Seconds to wait for another holder. */
  wait: number;
  /** Called once when the lock is held by another, with who that is. */
  onWait?: (holder: string) => void;
  /** Ends the waiting, as Ctrl-C does; then `withLock` rejects with its reason. What has the lock goes on until it ends by itself. */
  signal?: AbortSignal | undefined;
}

const cannotLock = (what: string, where: string, got: string, cause?: unknown) =>
  new HarnessError('infrastructure', `${what} cannot be locked`, {
    where,
    expected: 'flock (util-linux) and a folder that can be written',
    got,
    cause,
  });

/** Opens the lock's file. A link, a FIFO or a file of another user's was planted there, and is refused. */
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
    got: stat.isFile() ? `a file of user ${stat.uid}` : 'something else than a file',
    wayOut: 'remove it, and see who else can write in that folder',
  });
}

interface Locking {
  /** 0: locked. Undefined when flock was ended or could not be started. */
  exitCode: number | undefined;
  got: string;
}

/** flock(1) on a descriptor that it shares with us; the lock stays when it ends. */
function lock(descriptor: number, wait: number, signal: AbortSignal): Promise<Locking> {
  const flags = ['--exclusive', '--timeout', String(wait), '--conflict-exit-code', String(heldByOther)];
  const [program, args] = endsWithUs('flock', [...flags, '3']);
  // A Ctrl-C at the terminal is ours to take.
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

/** The descriptor that holds the lock, or undefined when it is still held after `wait` seconds. */
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

/** Who holds a lock, by what its file says; the file is only believed to name a process. */
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
 * Runs `body` while holding the lock on `file`, which is made if need be; its folder must exist.
 * Throws HarnessError (infrastructure) when it is still held by another after `wait` seconds.
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
