// SPDX-License-Identifier: BSD-2-Clause
/** Where the two machines of a run are: in QEMU, or on a board of a lab. */
import { basename, join } from 'node:path';
import type { Board } from '../../boards/board.js';
import { buildOnBoard } from '../../guest-builder/differential/on-board.js';
import { makeFolder } from '../base/disk.js';
import type { LabSeat } from '../machine/board/lab-seat.js';
import { bareMachine, openedMachine, type Start, vmmMachine } from './machine.js';
import { takingTurns } from './turns.js';

/** The files that the two machines run. */
interface Images {
  /** The guest's arm64 Image. */
  guest: string;
  /** A batch of programs for the bare machine's memory. */
  batch?: string | undefined;
  /** The image of the VMM. */
  vmm: string;
  /** The VMM's name in reports. */
  name: string;
  vcpus: number;
  /** For files that the machines need while they run. */
  folder: string;
}

export interface Place {
  readonly board: Board;
  /** `Machines.group`. */
  readonly group?: number;
  machines(images: Images, signal: AbortSignal): Promise<{ bare: Start; vmm: Start }>;
}

const bareName = 'bare machine';

export const inQemu = (board: Board): Place => ({
  board,
  machines: async ({ guest, batch, vmm, name, vcpus }, signal) => ({
    bare: bareMachine(guest, { of: board, cpus: vcpus }, { name: bareName, signal }, batch),
    vmm: vmmMachine(vmm, board, { name, signal }),
  }),
});

/** Bytes on a line take time: the longest program and its log take 5 s at 115200 baud. */
const linePatience = 20_000;
/** A board that has just been switched on greets when its image is there. */
const lineBootLimit = 60_000;
/** A change of machines costs an upload, so it has to pay. */
const groupOfTurns = 512;

/** A board of a lab. If it can be only one machine at a time, the two take turns. Its logs are in `<folder>/<name>`. */
export function onBoard({ board, target, folder, several }: LabSeat): Place {
  return {
    board,
    ...(!several && { group: groupOfTurns }),
    async machines({ guest, batch, vmm, name, vcpus, folder: scratch }, signal) {
      // The machines of the batch before may still run, and boot again.
      const outDir = join(scratch, `board-${basename(batch ?? guest)}`);
      const alone = await buildOnBoard({ board, cpus: vcpus, guest, batch, outDir });
      const startOf = (who: string, title: string, image: string): Start =>
        openedMachine(
          async () => {
            const logs = join(folder, who);
            makeFolder(logs);
            return target.start(image, { folder: logs, append: true, binary: true, signal });
          },
          { name: title, window: 1, patience: linePatience, bootLimit: lineBootLimit, signal },
        );
      const bare = startOf('bare', `${bareName} (${board.name})`, alone);
      const guarded = startOf('vmm', name, vmm);
      return several ? { bare, vmm: guarded } : takingTurns(bare, guarded);
    },
  };
}
