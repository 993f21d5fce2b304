// SPDX-License-Identifier: BSD-2-Clause
/** Waits for changes in a suite's folder, for `--watch`. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Files written by runs, builds and package managers, and files whose names begin with a dot. */
const ignored = /^(\..*|runs|node_modules)$/;
/** Milliseconds between two checks. */
const pace = 300;
/** Number of files to watch. Of a larger tree, only the first ones are. */
const most = 20_000;

/** Times of the last change of the files in a folder, by path. */
function times(root: string): Map<string, number> {
  const found = new Map<string, number>();
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined && found.size < most; folder = folders.pop()) {
    for (const entry of entriesOf(folder)) {
      if (ignored.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else found.set(path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    }
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It has just been removed.
    return [];
  }
}

/** The state of a folder against which changes are detected. */
export class Changes {
  readonly #folder: string;
  readonly #before: Map<string, number>;

  constructor(folder: string) {
    this.#folder = folder;
    this.#before = times(folder);
  }

  /**
   * Resolves with the path, relative to the folder, of a file that was created, changed or removed; undefined when
   * `signal` is aborted first.
   */
  async next(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      const now = times(this.#folder);
      const paths = [...now.keys(), ...this.#before.keys()];
      const changed = paths.find((path) => now.get(path) !== this.#before.get(path));
      if (changed !== undefined) return relative(this.#folder, changed);
      await sleep(pace, undefined, { signal }).catch(() => {});
      if (signal.aborted) return undefined;
    }
  }
}
