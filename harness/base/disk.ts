// SPDX-License-Identifier: BSD-2-Clause
/** Files: what a failed access means for a user, and how one is changed. */
import { constants } from 'node:fs';
import { access, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HarnessError } from './error.js';

/** What a file system fault is, and what to do about it, by its code (errno(3)). */
const faults: ReadonlyMap<string, readonly [what: string, wayOut: string]> = new Map(
  Object.entries({
    ENOSPC: ['the disk is full', 'free some space there'],
    EDQUOT: ['the disk is full', 'free some space there'],
    EACCES: ['a folder cannot be written', 'give yourself the right to write there'],
    EPERM: ['a folder cannot be written', 'give yourself the right to write there'],
    EROFS: ['a folder cannot be written', 'take a folder on a disk that can be written'],
    ENOTDIR: ['a folder cannot be written', 'take a path whose parts are folders'],
    ENOENT: ['a file or folder is missing', 'make the folder, or give another path'],
    EISDIR: ['a folder is where a file should be', 'give the path of a file'],
    EEXIST: ['something is there already', 'remove it, or give another path'],
    ENAMETOOLONG: ['a path is too long', 'give a shorter path'],
    ELOOP: ['links lead in a circle', 'give a path without them'],
    ENXIO: ['this is no regular file', 'give the path of a regular file'],
    EIO: ['the disk does not answer', 'see what dmesg says of it'],
    EMFILE: ['too many files are open', 'raise the limit: ulimit -n'],
    ENFILE: ['too many files are open', 'end other programs'],
  }),
);

/**
 * Says which file system fault `error` was and what to do about it; an error that is none passes through.
 * `where` names the folder when the error has no path; `otherPlace` tells how to choose another.
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
 * Refuses a path of the user's at which no file can be made, before the work whose result goes there. Throws HarnessError
 * (usage); `option` is how it was given.
 */
export async function requirePlaceFor(path: string, option: string): Promise<void> {
  const refuse = (expected: string, got: string) =>
    new HarnessError('usage', `${option} names no file that can be written`, { where: path, expected, got });
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) throw refuse('the path of a file', 'something else is there');
  try {
    await access(there === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw refuse('a folder that exists and can be written', (error as Error).message);
  }
}

/**
 * Writes the files of a report, by name, so that each is whole or none is there: half a report on a full disk would be
 * believed. Rejects with the error of the file system.
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

/** Writes a file only when that changes it, and never half: what depends on it is not made again for nothing. */
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
