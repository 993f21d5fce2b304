// SPDX-License-Identifier: BSD-2-Clause
/** The machine that runs the image of a tier. */
import { join } from 'node:path';
import type { Board } from '../../boards/board.js';
import { makeFolder } from '../base/disk.js';
import type { Progress } from '../base/progress.js';
import type { LabSeat } from '../machine/board/lab-seat.js';
import type { Machine } from '../machine/machine.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { QemuMachine } from '../machine/qemu/qemu.js';

export interface Seat {
  /** The tier's name. */
  readonly name: string;
  readonly board: Board;
  /** The machine's name in reports. */
  readonly label: string;
  /** Milliseconds after which a request is sent again; as in QEMU when undefined. */
  readonly patience?: number;
  /** The machine can stop by itself: silence counts only if it repeats, whatever was seen before. */
  readonly mayStop?: boolean;
  /** Starts a machine with the image. Its console is not read before its stream is used. */
  start(image: string): Promise<Machine>;
}

/** Requests and answers that fill the window take 3 s at 115200 baud. */
const linePatience = 6_000;

/** The board of a lab; its log is `<folder>/<name>/console.log`. */
export const labSeat = (
  name: string,
  { name: entry, board, target, folder }: LabSeat,
  signal: AbortSignal,
): Seat => ({
  name,
  board,
  label: entry === board.name ? board.name : `${entry} (${board.name})`,
  patience: linePatience,
  mayStop: true,
  start: async (image) => {
    const own = join(folder, name);
    makeFolder(own);
    return target.start(image, { folder: own, binary: true, signal });
  },
});

interface SeatOptions {
  progress: Progress;
  signal: AbortSignal;
  /** Another library often ends the machine: it then begins again in the state in which its agent waits for steps. */
  subject?: unknown;
}

/** The state in which an agent has answered to its first greeting. */
const waiting = 'the agent waits for steps';

/** QEMU, downloaded if the installed one is too old, with `more` arguments. */
export const qemuSeat = (
  name: string,
  board: Board,
  { progress, signal, subject }: SeatOptions,
  more: readonly string[] = [],
): Seat => ({
  name,
  board,
  label: board.name,
  start: async (image) =>
    QemuMachine.start({
      board,
      image,
      qemu: await qemuFor(board, progress),
      more,
      signal,
      ...(subject !== undefined && {
        snapshot: { state: waiting, use: true, note: (text) => progress({ kind: 'note', text }) },
      }),
    }),
});
