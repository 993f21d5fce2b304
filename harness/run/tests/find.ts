// SPDX-License-Identifier: BSD-2-Clause
/** The test files of a suite: the ones that it names, or those beside it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HarnessError } from '../../base/error.js';
import type { LoadedSuite } from '../suite/read.js';

const isTest = (name: string) => /\.test\.(ts|mts|js|mjs)$/.test(name);
const ours = /['"]sel4-vmm-harness\/test['"]/;

/** Test files of a folder, in the order of their names. */
function inFolder(folder: string, recursive: boolean): string[] {
  const names = readdirSync(folder, { recursive, encoding: 'utf8' });
  return names
    .filter((name) => isTest(name) && !/(^|\/)(node_modules|\.[^/]*)\//.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Absolute paths. `tests` names files, and folders of `*.test.ts` files; by default these are the ones beside the suite
 * that import `sel4-vmm-harness/test`. Throws HarnessError (usage) for a name that does not exist.
 */
export function findTests({ suite, folder, file }: LoadedSuite): string[] {
  if (suite.tests === undefined)
    return inFolder(folder, false).filter((path) => ours.test(readFileSync(path, 'utf8')));
  const found = suite.tests.flatMap((name) => {
    const path = resolve(folder, name);
    if (!existsSync(path))
      throw new HarnessError('usage', `there is no ${name}`, {
        where: file,
        expected: 'a test file, or a folder of *.test.ts, in tests',
      });
    return statSync(path).isDirectory() ? inFolder(path, true) : [path];
  });
  return [...new Set(found)];
}
