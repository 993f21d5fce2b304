// SPDX-License-Identifier: BSD-2-Clause
/** The commands that `npm run kills` kills, and what makes each of them do all of its work. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildRoot } from '../base/paths.js';

export interface Trial {
  name: string;
  /** Its arguments. Its run folders and files go into `folder`, where `lab.toml` defines a virtual board. */
  words(folder: string): string[];
  /** It is killed within this many milliseconds. */
  longest: number;
  /** Removes build results, so that they are built again. */
  prepare?: () => void;
}

/** Removes files below a folder in build/ whose names match, in all of its folders. */
function unbuild(folder: string, names: RegExp): void {
  const root = join(buildRoot, folder);
  try {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
      if (names.test(name)) rmSync(join(root, name), { force: true });
  } catch {
    // Nothing of it has been built yet.
  }
}

const runs = (folder: string) => ['--runs', join(folder, 'runs')];
const lab = (folder: string) => ['--lab', join(folder, 'lab.toml')];
const unbuildSystems = () => unbuild('systems', /\.(o|elf|img)$/);
const unbuildHost = () => unbuild('conform/host-checked', /\.o$|conform-host$/);

export const killable: readonly Trial[] = [
  { name: 'run', words: (folder) => ['run', '--sdk', 'minikit', ...runs(folder)], longest: 15_000 },
  {
    name: 'build',
    words: () => ['build', '--sdk', 'minikit'],
    longest: 8_000,
    prepare: unbuildSystems,
  },
  {
    name: 'minikit',
    words: () => ['sdk', 'path', 'minikit'],
    longest: 8_000,
    prepare: () => unbuild('minikit', /\.(o|elf|a)$/),
  },
  {
    name: 'boot',
    words: (folder) => ['boot', '--sdk', 'minikit', ...runs(folder)],
    longest: 8_000,
  },
  {
    name: 'conform host',
    words: (folder) => ['conform', '--tier', 'host', '--cases', '100000', ...runs(folder)],
    longest: 15_000,
    prepare: unbuildHost,
  },
  {
    name: 'conform qemu',
    words: (folder) => ['conform', '--tier', 'qemu', '--sdk', 'minikit', ...runs(folder)],
    longest: 15_000,
    prepare: () => unbuild('conform', /agent.*\.(o|elf|img)$/),
  },
  { name: 'fuzz', words: () => ['fuzz', '--seconds', '60'], longest: 10_000 },
  {
    name: 'differential',
    words: (folder) => ['differential', '--sdk', 'minikit', ...runs(folder)],
    longest: 15_000,
  },
  { name: 'guest', words: (folder) => ['guest', '--out', join(folder, 'guest')], longest: 4_000 },
  {
    name: 'sdcard',
    words: (folder) => ['sdcard', '--sdk', 'minikit', '-o', join(folder, 'card.img')],
    longest: 10_000,
  },
  {
    name: 'run lab',
    words: (folder) => ['run', '--sdk', 'minikit', ...lab(folder), ...runs(folder)],
    longest: 20_000,
  },
  {
    name: 'run all',
    words: (folder) => ['run', '--all', '--sdk', 'minikit', ...lab(folder), ...runs(folder)],
    longest: 20_000,
  },
  {
    name: 'flash',
    words: (folder) => ['flash', '--sdk', 'minikit', ...lab(folder), ...runs(folder)],
    longest: 12_000,
  },
  { name: 'console', words: (folder) => ['console', ...lab(folder), ...runs(folder)], longest: 6_000 },
  { name: 'doctor lab', words: (folder) => ['doctor', ...lab(folder)], longest: 10_000 },
  { name: 'doctor', words: () => ['doctor'], longest: 2_000 },
  { name: 'boards', words: () => ['boards'], longest: 1_500 },
  { name: 'system print', words: () => ['system', 'print'], longest: 1_000 },
];
