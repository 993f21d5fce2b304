// SPDX-License-Identifier: BSD-2-Clause
/**
 * Files kept between runs under the name of their SHA-256: each is whole or absent, and the same for everybody.
 *
 *   DIR/blobs/HASH     the contents
 *   DIR/NAME.json      the hash of each file of a package
 *   DIR/incoming-X/    work in progress; the next holder of the lock removes the leftovers of a killed run
 */

import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDisk, makeFolder } from '../disk.js';
import { jsonAs, type Schema } from '../json.js';
import { withLock } from '../lock.js';

const incoming = 'incoming-';
const otherPlace = 'set XDG_CACHE_HOME to another folder';

export const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

export class Store {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  blobPath(hash: string): string {
    return join(this.dir, 'blobs', hash);
  }

  /** The contents with this hash; undefined when absent or damaged. */
  async blob(hash: string): Promise<Buffer | undefined> {
    try {
      const data = await readFile(this.blobPath(hash));
      return sha256(data) === hash ? data : undefined;
    } catch {
      return undefined;
    }
  }

  /** The JSON kept under `name`; undefined when it is absent, damaged or does not match the schema. */
  async record<T>(name: string, schema: Schema<T>): Promise<T | undefined> {
    const text = await readFile(join(this.dir, `${name}.json`), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : jsonAs(schema, text);
  }

  async #place(path: string, data: Uint8Array | string): Promise<void> {
    const work = await mkdtemp(join(this.dir, incoming));
    try {
      await writeFile(join(work, 'file'), data);
      await rename(join(work, 'file'), path);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  async putBlob(data: Uint8Array): Promise<string> {
    const hash = sha256(data);
    await this.#place(this.blobPath(hash), data);
    return hash;
  }

  async putRecord(name: string, value: unknown): Promise<void> {
    await this.#place(join(this.dir, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`);
  }

  /**
   * Runs `body` as the only process that changes this store, with an empty folder that is removed afterwards. A second
   * process waits; `onWait` is given the name of the first.
   */
  async change<T>(onWait: (holder: string) => void, body: (work: string) => Promise<T>): Promise<T> {
    try {
      makeFolder(join(this.dir, 'blobs'));
      return await withLock(join(this.dir, 'lock'), { what: 'the cache', wait: 900, onWait }, async () => {
        for (const name of await readdir(this.dir)) {
          if (name.startsWith(incoming)) await rm(join(this.dir, name), { recursive: true, force: true });
        }
        const work = await mkdtemp(join(this.dir, incoming));
        try {
          return await body(work);
        } finally {
          await rm(work, { recursive: true, force: true });
        }
      });
    } catch (error) {
      throw explainDisk(error, this.dir, otherPlace);
    }
  }
}
