// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from './board.js';
import { qemuVirtAarch64 } from './qemu_virt_aarch64/board.js';

/** Every board, by Microkit's name. */
export const boards: ReadonlyMap<string, Board> = new Map(
  [qemuVirtAarch64].map((board) => [board.name, board]),
);
