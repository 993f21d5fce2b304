// SPDX-License-Identifier: BSD-2-Clause
/** Builds minikit, an SDK directory like any other, from the sources of this package. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDisk } from '../base/disk.js';
import { withLock } from '../base/lock.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { type Progress, step } from '../base/progress.js';
import { runTool } from '../base/run-tool.js';

export const minikitDir = join(buildRoot, 'minikit');

/** Seconds that a second build waits for a first one. */
const buildWait = 300;

/** By the board that was asked for; undefined: all. */
const built = new Map<string | undefined, Promise<void>>();

/**
 * Makes what is not up to date, which minikit/Makefile knows, of one board of minikit's or of all; once in a process.
 */
export function buildMinikit(progress: Progress, board?: string): Promise<void> {
  const done = built.get(undefined) ?? built.get(board) ?? build(progress, board);
  built.set(board, done);
  return done;
}

/** Two builds at once do it one after the other. */
async function build(progress: Progress, board: string | undefined): Promise<void> {
  const only = board === undefined ? [] : [`BOARDS=${board}`];
  try {
    await mkdir(buildRoot, { recursive: true });
    const lock = { what: "minikit's build folder", wait: buildWait };
    const log = join(buildRoot, 'minikit.log');
    const run = { what: "minikit's build", fault: 'harness', cwd: packageRoot, log } as const;
    await withLock(join(buildRoot, 'minikit.lock'), lock, () =>
      step(progress, 'minikit', () => runTool('make', ['-C', 'minikit', '-j2', ...only], run)),
    );
  } catch (error) {
    throw explainDisk(error, buildRoot);
  }
}
