// SPDX-License-Identifier: BSD-2-Clause
/**
 * Prints the C headers that minikit's Makefile needs:
 *
 *   write-headers.js layout           the system table
 *   write-headers.js parts BOARD                  for make: the C files that the board's devices need
 *   write-headers.js board BOARD      addresses and interrupts of the board, for the kernel
 *   write-headers.js config BOARD debug|release   the SDK's kernel/gen_config.h, by seL4's names
 */
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { boardHeader, boardParts, configHeader } from './headers.js';
import { layoutHeader } from './layout.js';

function headerOf(what: string, board: Board | undefined, config: string): string | undefined {
  if (what === 'layout') return layoutHeader();
  if (what === 'parts' && board) return boardParts(board);
  if (what === 'board' && board) return boardHeader(board);
  if (what === 'config' && board && (config === 'debug' || config === 'release'))
    return configHeader(board, config);
  return undefined;
}

const [what = '', board = '', config = ''] = process.argv.slice(2);
const header = headerOf(what, boards.get(board), config);
if (header === undefined) {
  process.stderr.write(`there is no header '${what} ${board} ${config}'\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(header);
}
