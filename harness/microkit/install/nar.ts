// SPDX-License-Identifier: BSD-2-Clause
/**
 * The Nix archive (NAR): one byte stream for a tree of files, identical on every machine. It contains names, contents,
 * symbolic links and whether the owner may execute a file; no times, no owners, no other permissions.
 *
 * Source: E. Dolstra, "The Purely Functional Software Deployment Model", figure 5.2; checked against `nix-hash`.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { HarnessError } from '../../base/error.js';

const chunkSize = 1 << 20;
/** Bytes after which other work gets a turn: Ctrl-C, a progress line. */
const turnSize = 32 << 20;
const ownerMayExecute = 0o100;

/** A length of 8 bytes, the bytes, and zeros up to a multiple of 8. */
function string(bytes: Uint8Array): Buffer {
  const out = Buffer.alloc(8 + padded(bytes.length));
  out.writeBigUInt64LE(BigInt(bytes.length));
  out.set(bytes, 8);
  return out;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function words(...texts: string[]): Buffer {
  return Buffer.concat(texts.map((text) => string(Buffer.from(text))));
}

const magic = words('nix-archive-1');
const regular = words('(', 'type', 'regular', 'contents');
const executable = words('(', 'type', 'regular', 'executable', '', 'contents');
const symlink = words('(', 'type', 'symlink', 'target');
const directory = words('(', 'type', 'directory');
const entryName = words('entry', '(', 'name');
const entryNode = words('node');
const close = words(')');
const closeEntry = words(')');

function* file(path: Buffer, buffer: Buffer): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    const { mode, size } = fstatSync(fd);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(size));
    yield Buffer.concat([mode & ownerMayExecute ? executable : regular, length]);
    for (let left = size; left > 0; ) {
      const read = readSync(fd, buffer, 0, Math.min(left, buffer.length), null);
      if (read === 0) {
        throw new HarnessError('infrastructure', 'a file became shorter while it was read', {
          where: path.toString(),
          expected: `${size} bytes`,
          got: `${size - left} bytes`,
        });
      }
      left -= read;
      yield buffer.subarray(0, read);
    }
    yield Buffer.concat([Buffer.alloc(padded(size) - size), close]);
  } finally {
    closeSync(fd);
  }
}

function* node(path: Buffer, buffer: Buffer): Generator<Uint8Array> {
  const stat = lstatSync(path);
  if (stat.isFile()) {
    yield* file(path, buffer);
  } else if (stat.isSymbolicLink()) {
    yield Buffer.concat([symlink, string(readlinkSync(path, 'buffer')), close]);
  } else if (stat.isDirectory()) {
    yield directory;
    for (const name of readdirSync(path, 'buffer').sort(Buffer.compare)) {
      yield Buffer.concat([entryName, string(name), entryNode]);
      yield* node(Buffer.concat([path, Buffer.from('/'), name]), buffer);
      yield closeEntry;
    }
    yield close;
  } else {
    throw new HarnessError('usage', 'only files, directories and symbolic links have a NAR hash', {
      where: path.toString(),
    });
  }
}

/** The NAR of a file, directory or symbolic link. A chunk is valid only until the next one is requested. */
export function* narOf(path: string): Generator<Uint8Array> {
  yield magic;
  yield* node(Buffer.from(path), Buffer.allocUnsafe(chunkSize));
}

export interface NarHashOptions {
  /** Called with the number of bytes hashed so far, every few tens of megabytes. */
  onProgress?: ((bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The SHA-256 of the NAR of `path` in SRI form (`sha256-` and base64), as `nix-hash --type sha256 --sri` prints it.
 * Rejects with the reason that stopped it: an unreadable file, a special file, `signal`.
 */
export async function narHash(path: string, options: NarHashOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  options.signal?.throwIfAborted();
  let bytes = 0;
  let sinceTurn = 0;
  for (const chunk of narOf(path)) {
    hash.update(chunk);
    bytes += chunk.length;
    sinceTurn += chunk.length;
    if (sinceTurn < turnSize) continue;
    sinceTurn = 0;
    options.onProgress?.(bytes);
    await setImmediate();
    options.signal?.throwIfAborted();
  }
  return `sha256-${hash.digest('base64')}`;
}

/** Whether `text` is a SHA-256 in SRI form. */
export function isSri(text: string): boolean {
  return /^sha256-[A-Za-z0-9+/]{43}=$/.test(text);
}
