// SPDX-License-Identifier: BSD-2-Clause
/**
 * Chooses the QEMU for a board: the machine's own if it is recent enough for the board's machine, else a fetched one.
 */
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import { isTooOld, oldestQemu } from './arguments.js';
import { askVersion, type Qemu, qemuProgram } from './program.js';
import type { QemuVersion } from './qmp.js';

/** Whether every supported QEMU has the board's machine, so that no QEMU need be asked for its version. */
const anyWillDo = ({ qemu }: Board) => qemu === undefined || !isTooOld(oldestQemu, qemu.since);

/** The QEMU for a board that is available without fetching anything. */
export interface QemuAtHand {
  /** How to start it; undefined when there is none. */
  start: Pick<Qemu, 'program' | 'env'> | undefined;
  /** What the machine lacks; undefined when nothing. */
  lack: string | undefined;
}

/** The cached QEMU by requested version: it is hashed once per process, however many boards there are. */
const known = new Map<string, Promise<Qemu | undefined>>();

async function keptOnce(since: QemuVersion, cacheDir: string | undefined): Promise<Qemu | undefined> {
  const { keptQemu } = await import('./backports.js');
  if (cacheDir !== undefined) return keptQemu(since, cacheDir);
  const name = since.join('.');
  const asked = known.get(name) ?? keptQemu(since);
  known.set(name, asked);
  return asked;
}

/** The QEMU that would run a board's image, from PATH or from the cache. */
export async function qemuAtHand(board: Board, cacheDir?: string): Promise<QemuAtHand> {
  if (anyWillDo(board)) return { start: { program: qemuProgram }, lack: undefined };
  const since = board.qemu?.since ?? oldestQemu;
  const own = await askVersion(qemuProgram);
  if (own && !isTooOld(own, since)) return { start: { program: qemuProgram }, lack: undefined };
  // The modules for apt are not loaded if the machine's own QEMU suffices.
  const kept = await keptOnce(since, cacheDir);
  if (kept) return { start: kept, lack: undefined };
  const has = own ? `this machine's is ${own.join('.')}` : 'this machine has none';
  const lack = `QEMU ${since.join('.')} or later for its machine ${board.qemu?.machine}: ${has}, none was fetched`;
  return { start: undefined, lack };
}

/**
 * The QEMU for a board; fetches one when the machine's own is too old. Throws HarnessError (infrastructure) when none
 * is available.
 */
export async function qemuFor(board: Board, progress: Progress): Promise<Pick<Qemu, 'program' | 'env'>> {
  const { start, lack } = await qemuAtHand(board);
  if (start) return start;
  const { fetchQemu } = await import('./backports.js');
  known.clear();
  try {
    return await fetchQemu(board.qemu?.since ?? oldestQemu, { progress });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError(error.fault, `${board.name} needs ${lack}; ${error.message}`, error.detail);
  }
}
