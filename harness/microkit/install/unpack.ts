// SPDX-License-Identifier: BSD-2-Clause
/** Unpacks an SDK's .tar.gz into a folder, whole or with the reason why not. What it left is the caller's to remove. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { UnpackSync } from 'tar';
import { HarnessError } from '../../base/error.js';
import { type ArchiveLimits, type Entry, EntryFilter } from './entries.js';

/** Deeper folders than any SDK has. */
const maxDepth = 64;
const gzipMagic = [0x1f, 0x8b];

export interface UnpackOptions {
  limits?: ArchiveLimits | undefined;
  /** Bytes of the archive that have been read, of all. */
  onProgress?: ((read: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Unpacked {
  /** The name of the folder at the archive's top, which was left out. */
  root: string;
  /** Files and folders. */
  entries: number;
}

/** Throws when a file does not even begin like a gzip file; a login page in its stead is what one meets. */
async function requireGzip(archive: string): Promise<void> {
  const file = await open(archive);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(48), 0, 48, 0);
    const start = buffer.subarray(0, bytesRead);
    if (gzipMagic.every((byte, index) => start[index] === byte)) return;
    const text = start
      .toString('latin1')
      .replace(/[^ -~]+/g, ' ')
      .trim();
    throw new HarnessError('infrastructure', 'this is no .tar.gz archive', {
      where: archive,
      expected: 'a file that begins like a gzip file',
      got: bytesRead === 0 ? 'an empty file' : /^</.test(text) ? `a web page: ${text}` : 'something else',
      wayOut: 'see what the address really gives: a proxy or a login page may stand in between',
    });
  } finally {
    await file.close();
  }
}

function damaged(archive: string, error: Error): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const ofDisk = code !== undefined && /^E[A-Z]+$/.test(code);
  if (ofDisk) return error;
  return new HarnessError('infrastructure', 'the archive is damaged', {
    where: archive,
    got: error.message,
    wayOut: 'fetch it again',
    cause: error,
  });
}

/** `target` is made. Rejects with HarnessError, a fault of the disk, or the signal's reason. */
export async function unpack(
  archive: string,
  target: string,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  await requireGzip(archive);
  await mkdir(target, { recursive: true });
  const { size } = await stat(archive);
  const filter = new EntryFilter(options.limits);
  let failure: Error | undefined;
  // It writes each entry before `write` returns, so that nothing is under way when this ends early.
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
      throw new HarnessError('infrastructure', 'the archive holds what may not be unpacked', {
        where: archive,
        got: `${refusal.path}: ${refusal.reason}`,
        wayOut: 'take the archive as seL4 publishes it',
      });
    }
    if (failure !== undefined) throw damaged(archive, failure);
  };
  let read = 0;
  for await (const chunk of createReadStream(archive)) {
    sink.write(chunk);
    check();
    read += (chunk as Buffer).length;
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
