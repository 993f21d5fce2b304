// SPDX-License-Identifier: BSD-2-Clause
/** Where an image of a tier runs. */
import type { Board } from '../../boards/board.js';
import type { Progress } from '../base/progress.js';
import type { Machine } from '../machine/machine.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { QemuMachine } from '../machine/qemu/qemu.js';

export interface Seat {
  /** The tier's name. */
  readonly name: string;
  readonly board: Board;
  /** Starts a machine with the image; nothing of its console is read before its stream is asked for. */
  start(image: string): Promise<Machine>;
}

interface SeatOptions {
  progress: Progress;
  signal: AbortSignal;
}

/** QEMU, which is fetched where this machine's is too old; with `more` arguments. */
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
