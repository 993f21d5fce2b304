// SPDX-License-Identifier: BSD-2-Clause
/** A single hash of a folder and everything in it. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256, in hex, over names, types, execute bits, contents and link targets, in a fixed order. */
export async function treeHash(folder: string): Promise<string> {
  const hash = createHash('sha256');
  await addFolder(hash, folder, '.');
  return hash.digest('hex');
}

async function addFolder(hash: Hash, root: string, path: string): Promise<void> {
  for (const name of (await readdir(join(root, path))).sort()) await addEntry(hash, root, join(path, name));
}

async function addEntry(hash: Hash, root: string, path: string): Promise<void> {
  const file = join(root, path);
  const stat = await lstat(file);
  // The parts are encoded as JSON, so that no name runs into the next.
  const add = (kind: string, ...more: (string | number)[]) =>
    hash.update(`${JSON.stringify([kind, path, ...more])}\n`);
  if (stat.isSymbolicLink()) add('link', await readlink(file));
  else if (stat.isFile()) {
    const content = createHash('sha256');
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), content);
    add('file', stat.mode & 0o111, content.digest('hex'));
  } else if (stat.isDirectory()) {
    add('folder');
    await addFolder(hash, root, path);
  } else add('other');
}
