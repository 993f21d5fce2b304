// SPDX-License-Identifier: BSD-2-Clause
/** Builds minikit, an SDK directory like any other, from the sources of this package. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDisk } from '../disk.js';
import { withLock } from '../lock.js';
import { buildRoot, packageRoot } from '../paths.js';
import { type Progress, step } from '../progress.js';
import { runTool } from '../run-tool.js';

export const minikitDir = join(buildRoot, 'minikit');

/** Seconds that a second build waits for a first one. */
const buildWait = 300;

/**
 * Makes what is not up to date: minikit/Makefile knows. Two builds at once do it one after the other.
 */
export async function buildMinikit(progress: Progress): Promise<void> {
  const log = join(buildRoot, 'minikit.log');
  try {
    await mkdir(buildRoot, { recursive: true });
    const lock = { what: "minikit's build folder", wait: buildWait };
    await withLock(join(buildRoot, 'minikit.lock'), lock, () =>
      step(progress, 'minikit', async () => {
        const run = { what: "minikit's build", fault: 'harness', cwd: packageRoot, log } as const;
        await runTool('make', ['-C', 'minikit', '-j2'], run);
      }),
    );
  } catch (error) {
    throw explainDisk(error, buildRoot);
  }
}
