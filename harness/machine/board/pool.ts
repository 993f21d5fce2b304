// SPDX-License-Identifier: BSD-2-Clause
/** Boards of one kind: a run uses the first free one. */

import { HarnessError } from '../../base/error.js';
import { interruptibleSleep } from '../../base/interrupt.js';
import type { LabBoard } from './lab/lab-board.js';
import { TakenError } from './taken.js';

export interface PoolOptions {
  /** Called with whom the run waits for, each time that this changes. */
  note: (text: string) => void;
  signal: AbortSignal;
  /** Milliseconds to wait for a board; by default an hour. */
  limit?: number;
}

const defaultLimit = 3_600_000;
/** Milliseconds between two checks of all boards. */
const pause = 1_000;

/**
 * The result of `take` for the first free board. With a single board there is no wait: its error is thrown. Rejects
 * with HarnessError (infrastructure) when none became free within the limit.
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
    await interruptibleSleep(pause, signal);
  }
}
