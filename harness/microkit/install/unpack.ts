// SPDX-License-Identifier: BSD-2-Clause
/** Unpacks an SDK's archive into a folder, whole or with the reason why not. What it left is the caller's to remove. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { execa } from 'execa';
import { UnpackSync } from 'tar';
import { endsWithUs, isMissing } from '../../base/children.js';
import { HarnessError } from '../../base/error.js';
import { type ArchiveLimits, type Entry, EntryFilter } from './entries.js';
import { packingOf } from './packing.js';

/** Deeper folders than any SDK has. */
const maxDepth = 64;

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

/** The bytes of the .tar or .tar.gz in an archive, out of another program where it is packed otherwise. */
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
  new HarnessError('infrastructure', `${program} is missing, which unpacks this archive`, {
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
  // What is no archive is told before anything is made.
  packingOf(archive);
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
