// SPDX-License-Identifier: BSD-2-Clause
/**
 * A lock between processes that the kernel lets go when its holder dies, however it dies: flock(1) keeps it for as
 * long as a pipe from us is open. The file holds its holder's pid and stays; nobody has to find it stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { HarnessError } from './error.js';

/** Exit code that we ask flock for when somebody else holds the lock. */
const heldByOther = 75;

export interface LockOptions {
  /** What is locked, as an error names it: "the cache", "the build folder". */
  what: string;
  /** Seconds to wait for another holder. */
  wait: number;
  /** Called once when the lock is held by another, with who that is. */
  onWait?: (holder: string) => void;
  /** Ends the waiting; then `withLock` rejects with its reason. What has the lock goes on until it ends by itself. */
  signal?: AbortSignal;
}

type Release = () => Promise<void>;

/** Resolves with a function that lets go, or undefined when it is still held after `wait` seconds. */
async function take(file: string, wait: number, options: LockOptions): Promise<Release | undefined> {
  const { what, signal } = options;
  const held = ['sh', '-c', 'echo held; cat >/dev/null'];
  const flags = ['--exclusive', '--timeout', String(wait), '--conflict-exit-code', String(heldByOther)];
  // A Ctrl-C at the terminal must not end it before what it guards has been put in order.
  const child = execa('flock', [...flags, file, ...held], { stdin: 'pipe', reject: false, detached: true });
  const stop = () => child.kill();
  signal?.addEventListener('abort', stop);
  const first = await Promise.race([
    new Promise<'held'>((resolve) => child.stdout.once('data', () => resolve('held'))),
    child,
  ]);
  signal?.removeEventListener('abort', stop);
  if (first === 'held') {
    return async () => {
      child.stdin.end();
      await child;
    };
  }
  signal?.throwIfAborted();
  if (first.exitCode === heldByOther) return undefined;
  throw new HarnessError('infrastructure', `${what} cannot be locked`, {
    where: file,
    expected: 'flock (util-linux) and a folder that can be written',
    got: first.stderr || first.message || '',
    cause: first.cause,
  });
}

async function holder(file: string): Promise<string> {
  const pid = (await readFile(file, 'utf8').catch(() => '')).trim();
  return pid === '' ? 'another process' : `process ${pid}`;
}

/**
 * Runs `body` while holding the lock on `file`, which is made if need be; its folder must exist.
 * Throws HarnessError (infrastructure) when it is still held by another after `wait` seconds.
 */
export async function withLock<T>(file: string, options: LockOptions, body: () => Promise<T>): Promise<T> {
  const { what, wait, onWait } = options;
  let release = await take(file, 0, options);
  if (release === undefined) {
    onWait?.(await holder(file));
    release = await take(file, wait, options);
  }
  if (release === undefined) {
    throw new HarnessError('infrastructure', `${what} is busy`, {
      where: file,
      expected: `the lock within ${wait} s`,
      got: `held by ${await holder(file)}`,
      wayOut: 'wait for it or end it, then run again',
    });
  }
  try {
    await writeFile(file, `${process.pid}\n`);
    return await body();
  } finally {
    await release();
  }
}
