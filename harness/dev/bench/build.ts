// SPDX-License-Identifier: BSD-2-Clause
/** How long a build takes, in a copy of this package, and how long the tests take. */

import { cp, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { HarnessError } from '../../base/error.js';
import { packageRoot } from '../../base/paths.js';
import { noProgress, step } from '../../base/progress.js';
import { buildSystem } from '../../subject/demo/build.js';
import { type Bench, below, median } from './bench.js';
import { inFolder } from './in-folder.js';

const cleanLimit = 20_000;
const nothingLimit = 1_500;
const testLimit = 120_000;
const rounds = 3;
/** Folders that are generated, downloaded or kept apart from the sources. */
const notSources = ['node_modules', 'build', 'dist', 'runs', '.git'];

/** Duration in milliseconds of a command that must succeed. */
async function timed(cwd: string, program: string, ...args: string[]): Promise<number> {
  const begin = performance.now();
  const result = await execa(program, args, { cwd, all: true, reject: false, stdin: 'ignore' });
  if (result.exitCode === 0) return performance.now() - begin;
  throw new HarnessError('product', 'the command to be measured failed', {
    where: [program, ...args].join(' '),
    got: String(result.all ?? result.message)
      .split('\n')
      .slice(-8)
      .join('\n'),
  });
}

export const buildBench: Bench = {
  name: 'build',
  about: 'a build from clean, without downloads, and one with nothing to do',
  async run({ board, minikit, progress }) {
    // Fills the cache of Debian packages, so that downloads are not measured.
    await buildSystem({ board, sdk: minikit, config: 'debug', vcpus: 1, progress: noProgress });
    const clean: number[] = [];
    const nothing: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const measured = () =>
        inFolder(async (folder) => {
          const copy = join(folder, 'clone');
          const filter = (path: string) => !notSources.includes(relative(packageRoot, path));
          await cp(packageRoot, copy, { recursive: true, filter });
          await symlink(join(packageRoot, 'node_modules'), join(copy, 'node_modules'));
          const build = ['dist/harness/cli/vmm-harness.cjs', 'build', '--sdk', 'minikit'];
          const compile = await timed(copy, 'npm', 'run', 'build');
          clean.push(compile + (await timed(copy, process.execPath, ...build)));
          nothing.push(await timed(copy, process.execPath, ...build));
        });
      await step(progress, `builds, round ${round} of ${rounds}`, measured);
    }
    return [
      below('build from clean, without downloads', 'minikit', median(clean), cleanLimit),
      below('build with nothing to do', 'minikit', median(nothing), nothingLimit),
    ];
  },
};

export const testBench: Bench = {
  name: 'test',
  about: 'npm test, with everything built',
  async run({ progress }) {
    const ms = await step(progress, 'npm test', () => timed(packageRoot, 'npm', 'test'));
    return [below('npm test, warm', '', ms, testLimit)];
  },
};
