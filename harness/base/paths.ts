// SPDX-License-Identifier: BSD-2-Clause
/** Where the package's own files, its build results and the files kept between runs are. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) dir = dirname(dir);
  return dir;
}

/** The folder of package.json. The sources of the C parts are below it. It may be read-only. */
export const packageRoot = findPackageRoot();

/** Whether this is a clone rather than a package installed by npm, which has no TypeScript sources. */
export const isClone = existsSync(join(packageRoot, 'tsconfig.json'));

/** Version of this package. */
export const packageVersion = (): string =>
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;

/** Downloads, kept by content across clones: `$XDG_CACHE_HOME/sel4-vmm-harness`. */
export const cacheRoot = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sel4-vmm-harness');

/** Variables that name the two folders below. Options on the command line take precedence. */
export const buildVariable = 'VMM_HARNESS_BUILD';
const runsVariable = 'VMM_HARNESS_RUNS';

/**
 * Everything built from this package's sources; safe to delete. This is `$VMM_HARNESS_BUILD`, or build/ in a clone, or
 * for an installed package a folder for its version in the cache.
 */
export const buildRoot = resolve(
  process.env[buildVariable] ||
    (isClone ? join(packageRoot, 'build') : join(cacheRoot, `build-${packageVersion()}`)),
);

/** The folder for run folders: `given` (`--runs`), `$VMM_HARNESS_RUNS`, or runs/ in `folder`. An absolute path. */
export const runsFolder = (given?: string, folder = ''): string =>
  resolve(given ?? (process.env[runsVariable] || join(folder, 'runs')));

/** Installed SDKs: `$XDG_DATA_HOME/sel4-vmm-harness`. */
export const dataRoot = join(
  process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'),
  'sel4-vmm-harness',
);
