// SPDX-License-Identifier: BSD-2-Clause
import type { Readable } from 'node:stream';

/** Runs `body` with the terminal in raw mode: Ctrl-C goes to the board, not to the harness. */
export async function withRawInput<T>(body: (input: Readable) => Promise<T>): Promise<T> {
  const { stdin } = process;
  const raw = stdin.isTTY === true;
  if (raw) stdin.setRawMode(true);
  try {
    return await body(stdin);
  } finally {
    if (raw) stdin.setRawMode(false);
    stdin.destroy();
  }
}
