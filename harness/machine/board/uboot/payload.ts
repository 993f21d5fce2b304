// SPDX-License-Identifier: BSD-2-Clause
/** A file on its way to a board, and its packed form. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32, createGzip } from 'node:zlib';
import { explainDisk } from '../../../base/disk.js';
import { HarnessError } from '../../../base/error.js';
import { openRegular, systemMessage } from '../../../base/read-file.js';

export interface Payload {
  path: string;
  /** Size in bytes. */
  size: number;
  /** CRC-32 as computed by zlib and U-Boot. */
  crc: number;
  /** SHA-256 in hex. Unlike a CRC, it cannot be forged. */
  sha256: string;
}

/** Reads the file once for its size and checksums. Throws HarnessError (usage) when it cannot be read. */
export async function payloadOf(path: string): Promise<Payload> {
  const { fd, size } = openRegular(path, { what: 'the image' });
  try {
    let crc = 0;
    const hash = createHash('sha256');
    // The stream closes the descriptor.
    for await (const chunk of createReadStream(path, { fd, highWaterMark: 1 << 20 })) {
      crc = crc32(chunk as Buffer, crc);
      hash.update(chunk as Buffer);
    }
    return { path, size, crc, sha256: hash.digest('hex') };
  } catch (cause) {
    throw new HarnessError('usage', 'the image cannot be read', {
      where: path,
      got: systemMessage(cause),
      cause,
    });
  }
}

/** The same file packed with gzip, for U-Boot's `unzip`. */
export async function packed({ path }: Payload, to: string): Promise<Payload> {
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 1 << 20 }),
      createGzip({ level: 6 }),
      createWriteStream(to),
    );
  } catch (error) {
    throw explainDisk(error, to);
  }
  return payloadOf(to);
}
