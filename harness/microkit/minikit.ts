// SPDX-License-Identifier: BSD-2-Clause
/** Builds minikit, an SDK directory like any other, from the sources of this package. */
import { join } from 'node:path';
import { requireBuildRoot } from '../base/build-root.js';
import { explainDisk, makeFolder } from '../base/disk.js';
import { withLock } from '../base/lock.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { type Progress, step } from '../base/progress.js';
import { runTool } from '../base/run-tool.js';
import type { Version } from '../system/versions.js';

/** The Microkit versions as which minikit can be built, the default first. */
export const minikitVersions = ['2.0.1', '2.3.0'] as const satisfies readonly Version[];
export type MinikitVersion = (typeof minikitVersions)[number];

/** `minikit`, or `minikit-2.3.0` for a version other than the default. */
export const minikitName = (version: string) =>
  version === minikitVersions[0] ? 'minikit' : `minikit-${version}`;

export const minikitDir = join(buildRoot, 'minikit');

/** The SDK directory of minikit for one Microkit version. */
export const minikitDirOf = (version: MinikitVersion) => join(buildRoot, minikitName(version));

/** Seconds that a second build waits for the first. */
const buildWait = 300;

/** By version and requested board. */
const built = new Map<string, Promise<void>>();

/** Builds whatever minikit/Makefile finds out of date, for one board or all; once per process. */
export function buildMinikit(
  progress: Progress,
  board?: string,
  version: MinikitVersion = minikitVersions[0],
): Promise<void> {
  const key = (of: string) => `${version} ${of}`;
  const done = built.get(key('')) ?? built.get(key(board ?? '')) ?? build(progress, board, version);
  built.set(key(board ?? ''), done);
  return done;
}

/** Two concurrent builds run one after the other. */
async function build(progress: Progress, board: string | undefined, version: MinikitVersion) {
  const only = [
    `BUILD=${buildRoot}`,
    `MICROKIT=${version}`,
    ...(board === undefined ? [] : [`BOARDS=${board}`]),
  ];
  requireBuildRoot();
  try {
    makeFolder(buildRoot);
    const lock = { what: "minikit's build folder", wait: buildWait };
    const log = join(buildRoot, 'minikit.log');
    const run = { what: "minikit's build", fault: 'harness', cwd: packageRoot, log } as const;
    await withLock(join(buildRoot, 'minikit.lock'), lock, () =>
      step(progress, minikitName(version), () =>
        runTool('make', ['-C', join(packageRoot, 'minikit'), '-j2', ...only], run),
      ),
    );
  } catch (error) {
    throw explainDisk(error, buildRoot);
  }
}
