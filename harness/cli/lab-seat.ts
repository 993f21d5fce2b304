// SPDX-License-Identifier: BSD-2-Clause
/** `--lab` for commands that start several images on a board. */
import type { LabBoard } from '../machine/board/lab/lab-board.js';
import type { LabSeat } from '../machine/board/lab-seat.js';
import { makeRunFolder } from '../verdict/folder.js';
import type { Arguments, Context } from './command.js';
import { runsOf } from './options.js';

/** The board, whose port is there, and a run folder for the log of its console. Rejects as {@link lookAtPort} does. */
export async function labSeatOf(
  entry: LabBoard,
  args: Arguments,
  { progress, self }: Context,
  command: string,
): Promise<LabSeat> {
  const { labTarget } = await import('../machine/board/target.js');
  const target = labTarget(entry, { progress, command: `${self} ${command}` });
  await target.look?.();
  return {
    name: entry.name,
    board: entry.board,
    cpus: entry.virtual ? 1 : entry.board.cpu.cores,
    several: entry.virtual,
    target,
    folder: await makeRunFolder(runsOf(args), command, entry.name),
  };
}
