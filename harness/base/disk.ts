// SPDX-License-Identifier: BSD-2-Clause
/** Files: explains a failed access to the user, and changes a file safely. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { access, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError } from './error.js';

/** File system faults by their code (errno(3)): what each is, and what to do about it. */
const faults: ReadonlyMap<string, readonly [what: string, wayOut: string]> = new Map(
  Object.entries({
    ENOSPC: ['the disk is full', 'free some space there'],
    EDQUOT: ['the disk is full', 'free some space there'],
    EACCES: ['a folder cannot be written', 'get permission to write there'],
    EPERM: ['a folder cannot be written', 'get permission to write there'],
    EROFS: ['a folder cannot be written', 'choose a folder on a writable disk'],
    ENOTDIR: ['a folder cannot be written', 'choose a path whose parts are all folders'],
    ENOENT: ['a file or folder is missing', 'make the folder, or give another path'],
    EISDIR: ['a folder is in the place of a file', 'give the path of a file'],
    EEXIST: ['the file exists already', 'remove it, or give another path'],
    ENAMETOOLONG: ['a path is too long', 'give a shorter path'],
    ELOOP: ['symbolic links form a loop', 'give a path without the loop'],
    ENXIO: ['this is not a regular file', 'give the path of a regular file'],
    EIO: ['the disk does not answer', 'see what dmesg reports about it'],
    EMFILE: ['too many files are open', 'raise the limit: ulimit -n'],
    ENFILE: ['too many files are open', 'end other programs'],
  }),
);

/**
 * Turns a file system fault into an error that explains it and what to do about it. Any other error passes through.
 * `where` names the folder when the error has no path; `otherPlace` says how to choose another.
 */
export function explainDisk(error: unknown, where: string, otherPlace?: string): unknown {
  if (error instanceof HarnessError || !(error instanceof Error)) return error;
  const { code, message, path } = error as NodeJS.ErrnoException;
  const fault = typeof code === 'string' ? faults.get(code) : undefined;
  if (fault === undefined) return error;
  const [what, wayOut] = fault;
  return new HarnessError('infrastructure', what, {
    where: path ?? where,
    got: message,
    wayOut: otherPlace === undefined ? wayOut : `${wayOut}, or ${otherPlace}`,
    cause: error,
  });
}

/**
 * Refuses a folder that cannot be created or written, before doing the work whose result goes there. Throws
 * HarnessError (infrastructure). Creates nothing.
 */
export function requireFolderFor(folder: string, otherPlace: string): void {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  try {
    // The trailing slash makes it an error when this is not a folder (POSIX, path resolution).
    accessSync(`${there}/`, constants.W_OK);
  } catch (error) {
    throw explainDisk(error, there, otherPlace);
  }
}

/**
 * Makes a folder, and the folders above it that are missing. Throws the error of the file system. Node's own
 * `recursive` never ends where the kernel answers ENOENT below a folder that exists, as in /proc.
 */
export function makeFolder(path: string): void {
  try {
    makeLastFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Another process may have made the parent since then, so that one more attempt decides.
    if (!existsSync(dirname(path))) makeFolder(dirname(path));
    makeLastFolder(path);
  }
}

/** Makes the folder `path`, unless it exists. Throws the error of `mkdir`: ENOENT without its parent. */
function makeLastFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

/**
 * Refuses a path given by the user at which no file can be written, before doing the work whose result goes there.
 * `option` is the option that gave it. Throws HarnessError (usage).
 */
export async function requirePlaceFor(path: string, option: string): Promise<void> {
  const refuse = (expected: string, got: string) =>
    new HarnessError('usage', `${option} does not name a file that can be written`, {
      where: path,
      expected,
      got,
    });
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) throw refuse('the path of a file', 'something else is there');
  try {
    await access(there === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw refuse('a folder that exists and can be written', (error as Error).message);
  }
}

/**
 * Writes the files of a report, given by name, so that either all of them are whole or none exists: half a report left
 * by a full disk would be believed. Rejects with the error of the file system.
 */
export async function writeReport(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(files);
  const draft = (name: string) => join(folder, `.${name}.partial`);
  try {
    for (const name of names) await writeFile(draft(name), files[name] ?? '', { flush: true });
    for (const name of names) await rename(draft(name), join(folder, name));
  } catch (error) {
    const left = names.flatMap((name) => [draft(name), join(folder, name)]);
    await Promise.all(left.map((path) => rm(path, { force: true }).catch(() => {})));
    throw error;
  }
}

/**
 * Writes a file only when its contents change, and never half of it, so that nothing that depends on it is rebuilt
 * needlessly.
 */
export async function writeChanged(path: string, data: Buffer | string): Promise<void> {
  const bytes = Buffer.from(data);
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(bytes)) return;
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
