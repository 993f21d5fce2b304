// SPDX-License-Identifier: BSD-2-Clause
/** What this machine can do with a board. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { qemuAtHand } from '../machine/qemu/choose.js';
import { sdksAtHand } from '../microkit/find.js';
import { missingPackages } from './doctor.js';

export interface BoardState {
  /** Names of the SDKs that are there and have it. */
  sdks: string[];
  /** What this machine lacks to build for it, and to start what was built in each of its ways; empty when nothing. */
  lacks: string[];
}

/** SDKs that can be named; a variable that names none is no SDK here, and an error where one is needed. */
async function sdks(env: NodeJS.ProcessEnv) {
  try {
    return await sdksAtHand({ env });
  } catch (error) {
    if (error instanceof HarnessError) return [];
    throw error;
  }
}

/** Looks at SDKs, tools and QEMU; builds and fetches nothing. */
export async function boardState(board: Board, env = process.env): Promise<BoardState> {
  const { name, providers, start } = board;
  const found = (await sdks(env)).filter((sdk) => sdk.boards.has(name)).map((sdk) => sdk.name);
  const names = [...new Set([...found, ...(providers.includes('minikit') ? ['minikit'] : [])])];
  const lacks: string[] = [];
  if (names.length === 0) lacks.push('a Microkit SDK that has it (vmm-harness sdk install, or MICROKIT_SDK)');
  const purposes = start.some((way) => way === 'uboot' || way === 'sdcard') ? ['demo', 'lab'] : ['demo'];
  const packages = await missingPackages(purposes);
  if (packages.length > 0) lacks.push(`${packages.join(', ')} (setup/setup ${purposes.join(' ')})`);
  const { lack } = await qemuAtHand(board);
  if (lack !== undefined) lacks.push(lack);
  return { sdks: names, lacks };
}
