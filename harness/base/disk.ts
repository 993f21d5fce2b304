// SPDX-License-Identifier: BSD-2-Clause
/** Files: what a failed access means for a user, and how one is changed. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { HarnessError } from './error.js';

/** What to do about a file system fault, by its code. */
const waysOut: Record<string, string> = {
  ENOSPC: 'free some space there',
  EDQUOT: 'free some space there',
  EACCES: 'give yourself the right to write there',
  EPERM: 'give yourself the right to write there',
  EROFS: 'take a folder on a disk that can be written',
  ENOTDIR: 'take a path whose parts are folders',
};

/**
 * Says which file system fault `error` was and what to do about it; an error that is none passes through.
 * `where` names the folder when the error has no path; `otherPlace` tells how to choose another.
 */
export function explainDisk(error: unknown, where: string, otherPlace?: string): unknown {
  const { code, message, path } = error as NodeJS.ErrnoException;
  const wayOut = code === undefined ? undefined : waysOut[code];
  if (wayOut === undefined || error instanceof HarnessError) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new HarnessError('infrastructure', full ? 'the disk is full' : 'a folder can not be written', {
    where: path ?? where,
    got: message,
    wayOut: otherPlace === undefined ? wayOut : `${wayOut}, or ${otherPlace}`,
    cause: error,
  });
}

/** Writes a file only when that changes it, and never half: what depends on it is not made again for nothing. */
export async function writeChanged(path: string, data: Buffer | string): Promise<void> {
  const bytes = Buffer.from(data);
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(bytes)) return;
  await writeFile(`${path}.${process.pid}`, bytes);
  await rename(`${path}.${process.pid}`, path);
}
