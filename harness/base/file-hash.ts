// SPDX-License-Identifier: BSD-2-Clause
/** SHA-256 of files. An unchanged file is read only once per process. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

export interface FileHash {
  /** In hex. */
  sha256: string;
  /** In bytes. */
  size: number;
}

const known = new Map<string, Promise<FileHash>>();

/** Hash and size of a regular file. Rejects with the error of the file system. */
export async function fileHash(path: string): Promise<FileHash> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
  // A file that is written again has another time or another inode.
  const identity = [path, dev, ino, size, mtimeNs].join(' ');
  const hashed = known.get(identity) ?? read(path, Number(size));
  known.set(identity, hashed);
  return hashed;
}

async function read(path: string, size: number): Promise<FileHash> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return { sha256: hash.digest('hex'), size };
}
