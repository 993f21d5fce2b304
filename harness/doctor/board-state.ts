// SPDX-License-Identifier: BSD-2-Clause
/** What this machine can do with a board. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { qemuAtHand } from '../machine/qemu/choose.js';
import { sdksAtHand } from '../microkit/find.js';
import { missingPackages, setupLine } from './needs.js';

export interface BoardState {
  /** Names of the SDKs on this machine that support the board. */
  sdks: string[];
  /** What this machine lacks to build for the board, or to start the result in one of its ways; empty if nothing. */
  lacks: string[];
}

/**
 * The SDKs on this machine. A variable that does not name an SDK counts for nothing here; where an SDK is needed it is
 * an error.
 */
async function sdks(env: NodeJS.ProcessEnv) {
  try {
    return await sdksAtHand({ env });
  } catch (error) {
    if (error instanceof HarnessError) return [];
    throw error;
  }
}

/** Checks SDKs, tools and QEMU; builds and fetches nothing. */
export async function boardState(board: Board, env = process.env): Promise<BoardState> {
  const { name, providers, start } = board;
  const found = (await sdks(env)).filter((sdk) => sdk.boards.has(name)).map((sdk) => sdk.name);
  const names = [...new Set([...found, ...(providers.includes('minikit') ? ['minikit'] : [])])];
  const lacks: string[] = [];
  if (names.length === 0)
    lacks.push('a Microkit SDK that supports it (vmm-harness sdk install, or MICROKIT_SDK)');
  const purposes = start.some((way) => way === 'uboot' || way === 'sdcard') ? ['demo', 'lab'] : ['demo'];
  const packages = await missingPackages(purposes);
  if (packages.length > 0) lacks.push(`${packages.join(', ')} (${setupLine(...purposes)})`);
  const { lack } = await qemuAtHand(board);
  if (lack !== undefined) lacks.push(lack);
  return { sdks: names, lacks };
}
