// SPDX-License-Identifier: BSD-2-Clause
/** The machine that runs the image of a tier. */
import type { Board } from '../../boards/board.js';
import type { Progress } from '../base/progress.js';
import type { Machine } from '../machine/machine.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { QemuMachine } from '../machine/qemu/qemu.js';

export interface Seat {
  /** The tier's name. */
  readonly name: string;
  readonly board: Board;
  /** Starts a machine with the image. Its console is not read before its stream is used. */
  start(image: string): Promise<Machine>;
}

interface SeatOptions {
  progress: Progress;
  signal: AbortSignal;
}

/** QEMU, downloaded if the installed one is too old, with `more` arguments. */
export const qemuSeat = (
  name: string,
  board: Board,
  { progress, signal }: SeatOptions,
  more: readonly string[] = [],
): Seat => ({
  name,
  board,
  start: async (image) =>
    QemuMachine.start({ board, image, qemu: await qemuFor(board, progress), more, signal }),
});
