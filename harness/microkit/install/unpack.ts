// SPDX-License-Identifier: BSD-2-Clause
/**
 * Unpacks an SDK's archive into a folder, completely or with the reason for the failure. The caller removes the
 * leftovers.
 */

import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { UnpackSync } from 'tar';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { contentOf, damaged } from './content.js';
import { type ArchiveLimits, type Entry, EntryFilter } from './entries.js';
import { packingOf } from './packing.js';

/** Deeper than the folders of any SDK. */
const maxDepth = 64;
/** Bytes after the end of a .tar: tar fills its last block, of at most 512 times 65,535 bytes by its manual. */
const mostTrailing = 32 << 20;

export interface UnpackOptions {
  limits?: ArchiveLimits | undefined;
  /** Bytes of the archive that have been read, and their total. */
  onProgress?: ((read: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Unpacked {
  /** The name of the archive's top folder, which is stripped. */
  root: string;
  /** Number of files and folders. */
  entries: number;
}

/** `target` is created. Rejects with HarnessError, a fault of the disk, or the signal's reason. */
export async function unpack(
  archive: string,
  target: string,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  // A file that is not an archive is reported before anything is created.
  const packing = packingOf(archive);
  makeFolder(target);
  const { size } = await stat(archive);
  const filter = new EntryFilter(options.limits);
  let failure: Error | undefined;
  // It writes each entry before `write` returns, so that nothing is pending when this ends early.
  const sink = new UnpackSync({
    cwd: target,
    strict: true,
    preserveOwner: false,
    maxDepth,
    filter: (_path, entry) => failure === undefined && filter.take(entry as Entry),
  });
  sink.on('error', (error: Error) => {
    failure ??= error;
  });
  const check = () => {
    options.signal?.throwIfAborted();
    const { refusal } = filter;
    if (refusal !== undefined) {
      throw new HarnessError('infrastructure', 'the archive contains an entry that may not be unpacked', {
        where: archive,
        got: `${refusal.path}: ${refusal.reason}`,
        wayOut: 'use the archive that seL4 publishes',
      });
    }
    if (failure !== undefined) throw damaged(archive, failure);
  };
  let isOver = false;
  sink.on('eof', () => {
    isOver = true;
  });
  let trailing = 0;
  for await (const { bytes, read } of contentOf({ archive, packing, size }, options.signal)) {
    // The sink would keep what follows, and copy all of it for each new piece. It is read to its end for its checksum.
    if (isOver) trailing += bytes.length;
    else sink.write(bytes as Buffer<ArrayBuffer>);
    if (trailing > mostTrailing) failure ??= new Error('data follows its end');
    check();
    options.onProgress?.(read, size);
    await setImmediate();
  }
  const finished = once(sink, 'finish').catch(() => {});
  sink.end();
  check();
  await finished;
  check();
  return { root: filter.root ?? '', entries: filter.count };
}
