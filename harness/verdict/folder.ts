// SPDX-License-Identifier: BSD-2-Clause
/** The folder that a run leaves behind. */
import { copyFile, mkdir, rename, symlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { explainDisk, makeFolder, writeReport } from '../base/disk.js';
import type { HarnessError } from '../base/error.js';
import { fileHash } from '../base/file-hash.js';
import { addRunFolder } from '../base/folder-room.js';
import { runFile } from './run-file.js';
import type { InputFile, Result, Verdict } from './verdict.js';
import { junit } from './verdict-junit.js';

/** `20261122-155631` in UTC. */
function stamp(date: Date): string {
  return date.toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length).replaceAll(/[-:]/g, '').replace('T', '-');
}

/**
 * Creates `<root>/<time>-<board>-<sdk>` and returns its path. A second run in the same second gets the suffix `-2`.
 * `<root>/latest` links to the newest.
 */
export async function makeRunFolder(
  root: string,
  board: string,
  sdk: string,
  date = new Date(),
): Promise<string> {
  const name = `${stamp(date)}-${board}-${sdk}`;
  try {
    makeFolder(root);
    for (let n = 1; ; n += 1) {
      const folder = join(root, n === 1 ? name : `${name}-${n}`);
      const made = await mkdir(folder).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (!made) continue;
      await pointLatest(root, basename(folder));
      addRunFolder(folder);
      return folder;
    }
  } catch (error) {
    throw explainDisk(error, root, 'choose another folder with --runs DIR');
  }
}

async function pointLatest(root: string, name: string): Promise<void> {
  const link = join(root, `.latest-${name}`); // the folder is this run's alone, and so is this name
  await symlink(name, link);
  await rename(link, join(root, 'latest'));
}

/** Path, size and SHA-256 of a file. */
export async function inputFile(path: string): Promise<InputFile> {
  return { path, ...(await fileHash(path)) };
}

/** Copies small files of the build (the system file, the header) into the folder, under their own names. */
export async function keep(folder: string, files: readonly string[]): Promise<void> {
  try {
    for (const file of files) await copyFile(file, join(folder, basename(file)));
  } catch (error) {
    throw explainDisk(error, folder, 'choose another folder with --runs DIR');
  }
}

/** Writes `verdict.json` and `junit.xml`: both whole, or neither. */
export async function writeVerdict(folder: string, verdict: Verdict): Promise<void> {
  try {
    await writeReport(folder, {
      'verdict.json': runFile(verdict),
      'junit.xml': junit(verdict, folder),
    });
  } catch (error) {
    throw explainDisk(error, folder, 'choose another folder with --runs DIR');
  }
}

/** Makes places in the run's own logs relative to its folder, so that the folder can be moved. */
export function inFolder(result: Result, folder: string): Result {
  const { where, until } = result;
  const within = (place: string) => (place.startsWith(folder) ? relative(folder, place) : place);
  return {
    ...result,
    ...(where !== undefined && { where: within(where) }),
    ...(until !== undefined && { until: within(until) }),
  };
}

/** An error as a verdict records it. */
export function errorOf({ fault, message, detail }: HarnessError): NonNullable<Verdict['error']> {
  const { cause: _, ...plain } = detail;
  return { fault, message, ...plain };
}
