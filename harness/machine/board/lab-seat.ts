// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../../../boards/board.js';
import type { Target } from '../machine.js';

/** A board of a lab on which one image after the other runs. */
export interface LabSeat {
  /** As the lab file names it. */
  name: string;
  board: Board;
  /** CPUs that it has. */
  cpus: number;
  /** Whether two machines can be started at once: each virtual board is a QEMU of its own. */
  several: boolean;
  target: Target;
  /** Where its console is logged. */
  folder: string;
}
