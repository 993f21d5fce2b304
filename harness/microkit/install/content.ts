// SPDX-License-Identifier: BSD-2-Clause
/** The .tar in an SDK's archive, unpacked here (gzip) or by another program. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import { endsWithUs, isMissing } from '../../base/children.js';
import { HarnessError } from '../../base/error.js';
import type { Packing, Unpacker } from './packing.js';

/** Bytes of a .tar for each byte of its archive: gzip reaches 1,032 with zeros alone, an SDK 10. */
const mostRatio = 1_000;

export interface Archive {
  archive: string;
  packing: Packing;
  /** In bytes. */
  size: number;
}

export interface Content {
  bytes: Buffer;
  /** Bytes of the archive that have been read for it, as far as that is known. */
  read: number;
}

const missing = ({ program, debian }: Unpacker, archive: string) =>
  new HarnessError('infrastructure', `${program}, which unpacks this archive, is missing`, {
    where: archive,
    expected: `${program} in PATH`,
    wayOut: `apt-get install ${debian}, or unpack it yourself and give its folder with --sdk`,
  });

/** The error for an archive that cannot be read to its end. A fault of the disk stays what it is. */
export function damaged(archive: string, error: Error): unknown {
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

async function* gunzipped(archive: string): AsyncGenerator<Content> {
  const file = createReadStream(archive);
  // An error of either stream reaches the reader of the second.
  const unpacked = pipeline(file, createGunzip(), () => {});
  try {
    for await (const bytes of unpacked) yield { bytes: bytes as Buffer, read: file.bytesRead };
  } catch (error) {
    throw damaged(archive, error as Error);
  }
}

async function* unpackedBy(
  unpacker: Unpacker,
  archive: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Content> {
  const child = execa(...endsWithUs(unpacker.program, unpacker.args(archive)), {
    stdin: 'ignore',
    encoding: 'buffer',
    buffer: { stdout: false },
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  let read = 0;
  try {
    for await (const chunk of child.iterable({ from: 'stdout', binary: true })) {
      const bytes = Buffer.from(chunk as Uint8Array);
      read += bytes.length;
      yield { bytes, read };
    }
    const { exitCode, stderr } = await child;
    if (isMissing(exitCode)) throw missing(unpacker, archive);
    if (exitCode !== 0) throw damaged(archive, new Error(Buffer.from(stderr).toString().trim()));
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * The .tar in `archive`, piece by piece. Rejects with HarnessError (infrastructure) for an archive that is damaged or that
 * grows too much to be true, a fault of the disk, or the signal's reason.
 */
export async function* contentOf(
  { archive, packing, size }: Archive,
  signal: AbortSignal | undefined,
): AsyncGenerator<Content> {
  let total = 0;
  const content =
    packing === 'gzip'
      ? gunzipped(archive)
      : packing === 'tar'
        ? plain(archive)
        : unpackedBy(packing, archive, signal);
  for await (const { bytes, read } of content) {
    total += bytes.length;
    if (total > mostRatio * size) {
      throw damaged(archive, new Error(`it grows by more than the ratio ${mostRatio}`));
    }
    yield { bytes, read: Math.min(read, size) };
  }
}

async function* plain(archive: string): AsyncGenerator<Content> {
  const file = createReadStream(archive);
  for await (const bytes of file) yield { bytes: bytes as Buffer, read: file.bytesRead };
}
