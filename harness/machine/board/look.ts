// SPDX-License-Identifier: BSD-2-Clause
/** Checks the port of a board before work that would be useless without it. The board is not touched. */
import { HarnessError } from '../../base/error.js';
import type { LabBoard } from './lab/lab-board.js';
import { SerialLine } from './serial/line.js';
import { TakenError } from './taken.js';

export interface LookOptions {
  /** The command shown to others who find the port busy meanwhile. */
  command: string;
  lockFolder?: string | undefined;
}

/**
 * Opens and closes the board's port. Rejects with HarnessError (infrastructure) when it is absent or held by somebody
 * else; for `any:KIND`, when no board of the kind has a port that is free or may become free. A port that belongs to a
 * queue or to a labgrid place is not opened: until the board is taken, somebody else may be using it.
 */
export async function lookAtPort(entry: LabBoard, options: LookOptions): Promise<void> {
  const boards = [entry, ...(entry.others ?? [])];
  const errors: unknown[] = [];
  for (const board of boards) {
    try {
      return await lookAtOne(board, options);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      errors.push(error);
    }
  }
  const waits = boards.length > 1 && errors.some((error) => error instanceof TakenError);
  if (!waits) throw errors[0];
}

async function lookAtOne(entry: LabBoard, { command, lockFolder }: LookOptions): Promise<void> {
  const { virtual, run, lock, labgrid, port, line } = entry;
  if (virtual || run !== undefined || lock !== undefined || labgrid !== undefined) return;
  const folder = lockFolder === undefined ? {} : { lockFolder };
  const open = await SerialLine.open({ path: port, settings: line, command, ...folder });
  await open.close();
}
