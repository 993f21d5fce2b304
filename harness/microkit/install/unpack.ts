// SPDX-License-Identifier: BSD-2-Clause
/**
 * Unpacks an SDK's archive into a folder, completely or with the reason for the failure. The caller removes the
 * leftovers.
 */

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { execa } from 'execa';
import { UnpackSync } from 'tar';
import { endsWithUs, isMissing } from '../../base/children.js';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { type ArchiveLimits, type Entry, EntryFilter } from './entries.js';
import { packingOf } from './packing.js';

/** Deeper than the folders of any SDK. */
const maxDepth = 64;

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

/** The bytes of the .tar or .tar.gz in an archive. Other kinds are unpacked by another program. */
async function* contentOf(archive: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const unpacker = packingOf(archive);
  if (unpacker === undefined) {
    yield* createReadStream(archive) as AsyncIterable<Buffer>;
    return;
  }
  const { program, args, debian } = unpacker;
  const child = execa(...endsWithUs(program, args(archive)), {
    stdin: 'ignore',
    encoding: 'buffer',
    buffer: { stdout: false },
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  try {
    for await (const chunk of child.iterable({ from: 'stdout', binary: true }))
      yield Buffer.from(chunk as Uint8Array);
    const { exitCode, stderr } = await child;
    if (isMissing(exitCode)) throw missing(program, debian, archive);
    if (exitCode !== 0) throw damaged(archive, new Error(Buffer.from(stderr).toString().trim()));
  } finally {
    child.kill('SIGKILL');
    await child;
  }
}

const missing = (program: string, debian: string, archive: string) =>
  new HarnessError('infrastructure', `${program}, which unpacks this archive, is missing`, {
    where: archive,
    expected: `${program} in PATH`,
    wayOut: `apt-get install ${debian}, or unpack it yourself and give its folder with --sdk`,
  });

function damaged(archive: string, error: Error): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const ofDisk = code !== undefined && /^E[A-Z]+$/.test(code);
  if (ofDisk) return error;
  return new HarnessError('infrastructure', 'the archive is damaged', {
    where: archive,
    got: error.message,
    wayOut: 'download it again',
    cause: error,
  });
}

/** `target` is created. Rejects with HarnessError, a fault of the disk, or the signal's reason. */
export async function unpack(
  archive: string,
  target: string,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  // A file that is not an archive is reported before anything is created.
  packingOf(archive);
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
  let read = 0;
  for await (const chunk of contentOf(archive, options.signal)) {
    sink.write(chunk as Buffer<ArrayBuffer>);
    check();
    read += chunk.length;
    options.onProgress?.(Math.min(read, size), size);
    await setImmediate();
  }
  const finished = once(sink, 'finish').catch(() => {});
  sink.end();
  check();
  await finished;
  check();
  return { root: filter.root ?? '', entries: filter.count };
}
