// SPDX-License-Identifier: BSD-2-Clause
/** Boards of one kind: a run takes the first that nobody else has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../base/error.js';
import type { LabBoard } from './lab/lab-board.js';
import { TakenError } from './taken.js';

export interface PoolOptions {
  /** Told whom the run waits for, each time that this changes. */
  note: (text: string) => void;
  signal: AbortSignal;
  /** Milliseconds to wait for a board; an hour when not given. */
  limit?: number;
}

const defaultLimit = 3_600_000;
/** Milliseconds between two looks at all boards. */
const pause = 1_000;

/**
 * What `take` gives for the first board that is free. A board alone is taken, or its error is thrown: only several are
 * waited for. Rejects with HarnessError (infrastructure) when none was free within the limit.
 */
export async function takeFirstFree<T>(
  boards: readonly LabBoard[],
  take: (board: LabBoard) => Promise<T>,
  { note, signal, limit = defaultLimit }: PoolOptions,
): Promise<T> {
  const until = performance.now() + limit;
  let told = '';
  for (;;) {
    const reasons: string[] = [];
    for (const board of boards) {
      try {
        return await take(board);
      } catch (error) {
        if (boards.length === 1 || !(error instanceof TakenError)) throw error;
        reasons.push(`${board.name}: ${error.message}`);
      }
    }
    const all = reasons.join('; ');
    if (performance.now() + pause > until)
      throw new HarnessError('infrastructure', 'no board of this kind was free', {
        expected: `one of ${boards.map(({ name }) => name).join(', ')} within ${Math.round(limit / 1000)} s`,
        got: all,
      });
    if (all !== told) note(`waiting for a free board: ${all}`);
    told = all;
    await sleep(pause, undefined, { signal }).catch(() => {
      throw new HarnessError('infrastructure', 'interrupted');
    });
  }
}
