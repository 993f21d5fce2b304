// SPDX-License-Identifier: BSD-2-Clause
/** How much the folder of a run may hold. What grows with what a guest prints asks here, so that no guest fills the disk. */
import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { HarnessError } from './error.js';
import { limits } from './limits.js';

let limit: number = limits.runFolder.most;
const folders = new Set<string>();

/** What every folder of a run may hold from now on, in bytes. */
export function limitRunFolders(bytes: number = limits.runFolder.most): void {
  limit = bytes;
}

/** Says that `folder` is that of a run, with all that is in it. */
export function addRunFolder(folder: string): void {
  folders.add(folder);
}

/** Bytes of all files in a folder and below; a file that vanishes meanwhile has none. */
function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

/** The outermost folder of a run that `path` is in. */
const runFolderOf = (path: string): string | undefined =>
  [...folders].filter((folder) => path === folder || path.startsWith(folder + sep)).sort()[0];

/** A file that grows in the folder of a run: it measures the folder each time that a share of what may be there was added. */
export class FolderRoom {
  readonly #folder: string | undefined;
  #unmeasured = 0;

  constructor(path: string) {
    this.#folder = runFolderOf(path);
  }

  /** Throws HarnessError (product) when the folder has more than it may, before `bytes` are added. */
  take(bytes: number): void {
    this.#unmeasured += bytes;
    if (this.#folder === undefined || this.#unmeasured < limit / 128) return;
    const there = bytesIn(this.#folder) + bytes;
    this.#unmeasured = 0;
    if (there <= limit) return;
    throw new HarnessError('product', 'the folder of the run would hold more than it may', {
      where: this.#folder,
      expected: `at most ${limit} bytes`,
      got: `${there} bytes`,
      wayOut: 'see which console floods it, or give it more: --folder-limit MB',
    });
  }
}
