// SPDX-License-Identifier: BSD-2-Clause
/** A board in the lab's own queue: two commands in the lab file take it and return it. */
import { hostname } from 'node:os';
import { HarnessError } from '../../base/error.js';
import { type Ended, keep } from './keeper.js';
import { runShellCommand } from './shell-command.js';
import { TakenError } from './taken.js';

export interface LockCommands {
  /** Waits until it has the board. Shell commands get LOCK_KEY, a name unique to this run, in their environment. */
  acquire: string;
  release: string;
  /** Cancels an `acquire` that was interrupted while it waited. */
  cancel?: string | undefined;
  /** Milliseconds that `acquire` may wait. */
  wait: number;
}

export interface Lock {
  /** Rejects with HarnessError (infrastructure) when the command fails. */
  release(): Promise<void>;
}

const lastLines = ({ out, err }: Ended) => `${out}${err}`.trim().split('\n').slice(-3).join('\n');

/** Takes the board named `board`. Rejects with HarnessError (infrastructure): TakenError when the wait was too long. */
export async function takeLock(
  board: string,
  { acquire, release, cancel, wait }: LockCommands,
  signal: AbortSignal,
): Promise<Lock> {
  const env = { LOCK_KEY: `sel4-vmm-harness-${hostname()}-${process.pid}` };
  const late = AbortSignal.timeout(wait);
  try {
    const kept = await keep({ acquire, release, env, signal: AbortSignal.any([signal, late]) });
    if ('refused' in kept) throw failed('acquire', board, acquire, kept.refused);
    return {
      async release() {
        const ended = await kept.release();
        if (ended.code !== 0) throw failed('release', board, release, ended);
      },
    };
  } catch (error) {
    if (!signal.aborted && !late.aborted) throw error;
    if (cancel !== undefined)
      await runShellCommand({ what: `lock cancel of ${board}`, command: cancel, env, limit: 30_000 });
    if (signal.aborted) throw error;
    throw new TakenError(`${board} is taken`, {
      where: acquire,
      expected: `the lock within ${wait / 1000} s`,
      wayOut: 'raise lock.wait in the lab file to wait longer',
    });
  }
}

const failed = (action: string, board: string, where: string, ended: Ended) =>
  new HarnessError('infrastructure', `the lock ${action} command of ${board} failed`, {
    where,
    got: lastLines(ended) || `exit code ${ended.code}`,
  });
