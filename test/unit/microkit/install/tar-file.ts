// SPDX-License-Identifier: BSD-2-Clause
/** Archives that no honest program writes, header by header. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

export interface TarEntry {
  path: string;
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';
  linkpath?: string;
  content?: string;
  mode?: number;
}

const block = 512;

function bytesOf({ path, type = 'File', linkpath, content = '', mode = 0o644 }: TarEntry): Buffer {
  const body = Buffer.from(content);
  const fixed = { mtime: new Date(0), uid: 0, gid: 0 };
  const target = linkpath === undefined ? {} : { linkpath };
  const header = new Header({ path, type, mode, size: body.length, ...fixed, ...target });
  const head = Buffer.alloc(block);
  header.encode(head);
  return Buffer.concat([head, body, Buffer.alloc((block - (body.length % block)) % block)]);
}

/** The bytes of an uncompressed .tar with these entries. */
export const tarOf = (entries: readonly TarEntry[]): Buffer =>
  Buffer.concat([...entries.map(bytesOf), Buffer.alloc(2 * block)]);

/** Writes a .tar.gz with these entries and returns its path. */
export function writeTar(file: string, entries: readonly TarEntry[]): string {
  writeFileSync(file, gzipSync(tarOf(entries)));
  return file;
}
