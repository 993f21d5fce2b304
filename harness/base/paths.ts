// SPDX-License-Identifier: BSD-2-Clause
/** Where the package's own files, its build results and the files kept between runs are. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) dir = dirname(dir);
  return dir;
}

/** The folder of package.json. The sources of the C parts are below it. */
export const packageRoot = findPackageRoot();

/** Everything built from this package's sources; safe to delete. */
export const buildRoot = join(packageRoot, 'build');

/** Downloads, kept by content across clones: `$XDG_CACHE_HOME/sel4-vmm-harness`. */
export const cacheRoot = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sel4-vmm-harness');

/** Installed SDKs: `$XDG_DATA_HOME/sel4-vmm-harness`. */
export const dataRoot = join(
  process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'),
  'sel4-vmm-harness',
);
