// SPDX-License-Identifier: BSD-2-Clause
/** All boards: each folder here with a `board.ts` is one, and no list names them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Board } from './board.js';
import { checkBoard } from './check.js';

/**
 * The boards of a directory of compiled definitions, by name. Throws HarnessError (harness) when one is inconsistent.
 */
export async function loadBoards(dir: string): Promise<ReadonlyMap<string, Board>> {
  const names = readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'board.js')))
    .sort();
  const loaded = await Promise.all(
    names.map(async (name): Promise<[string, Board]> => {
      const { board } = (await import(pathToFileURL(join(dir, name, 'board.js')).href)) as { board: Board };
      checkBoard(name, board);
      return [name, board];
    }),
  );
  return new Map(loaded);
}

/** The project's boards, by Microkit's name. */
export const boards = await loadBoards(fileURLToPath(new URL('.', import.meta.url)));
