// SPDX-License-Identifier: BSD-2-Clause
/**
 * Limits the size of a run's folder. Every file that grows with a guest's output is counted here, so that no guest
 * fills the disk.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { HarnessError } from './error.js';
import { limits } from './limits.js';

let limit: number = limits.runFolder.most;
const folders = new Set<string>();

/** Sets the size limit of every run folder from now on, in bytes. */
export function limitRunFolders(bytes: number = limits.runFolder.most): void {
  limit = bytes;
}

/** Declares `folder`, with everything in it, as the folder of a run. */
export function addRunFolder(folder: string): void {
  folders.add(folder);
}

/** Bytes of all files in a folder and below. A file that vanishes meanwhile counts as empty. */
function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

/** The outermost run folder that contains `path`. */
const runFolderOf = (path: string): string | undefined =>
  [...folders].filter((folder) => path === folder || path.startsWith(folder + sep)).sort()[0];

/**
 * A growing file in the folder of a run. It measures the folder each time that a fraction of the limit has been added.
 */
export class FolderRoom {
  readonly #folder: string | undefined;
  #unmeasured = 0;

  constructor(path: string) {
    this.#folder = runFolderOf(path);
  }

  /** Throws HarnessError (product) if the folder would exceed its limit with `bytes` more. */
  take(bytes: number): void {
    this.#unmeasured += bytes;
    if (this.#folder === undefined || this.#unmeasured < limit / 128) return;
    const there = bytesIn(this.#folder) + bytes;
    this.#unmeasured = 0;
    if (there <= limit) return;
    throw new HarnessError('product', 'the folder of the run would exceed its size limit', {
      where: this.#folder,
      expected: `at most ${limit} bytes`,
      got: `${there} bytes`,
      wayOut: 'find out which console floods it, or raise the limit: --folder-limit MB',
    });
  }
}
