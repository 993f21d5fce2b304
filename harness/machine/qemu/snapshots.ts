// SPDX-License-Identifier: BSD-2-Clause
/**
 * Saved states of machines, kept between runs. A state belongs to the image, the command line and the actions since
 * power on, which name its folder, and to the QEMU that saved it.
 *
 *   KEY/snapshot.json   when and by which QEMU it was saved, and the name, size and hash of
 *   KEY/state-X         the machine
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { explainDisk, makeFolder } from '../../base/disk.js';
import { type FileHash, fileHash } from '../../base/file-hash.js';
import { jsonAs } from '../../base/json.js';
import { withLock } from '../../base/lock.js';
import { cacheRoot } from '../../base/paths.js';

const recordSchema = v.object({
  /** Version of the QEMU that saved it. */
  qemu: v.string(),
  /** In ISO 8601. */
  saved: v.string(),
  file: v.pipe(
    v.string(),
    v.check((name) => basename(name) === name),
  ),
  /** In bytes. */
  size: v.number(),
  /** In hex. */
  sha256: v.string(),
});
type Kept = v.InferOutput<typeof recordSchema>;

export interface Saved {
  path: string;
  /** In ISO 8601. */
  saved: string;
}

/** Bytes that all states together may take. The least recently used go first. */
const most = 4 * 2 ** 30;
const recordName = 'snapshot.json';
const lockName = 'lock';
/** Seconds that a second process waits while a first one saves the same state. */
const lockWait = 60;

export class Snapshots {
  readonly #root: string;

  constructor(root = join(cacheRoot, 'snapshots')) {
    this.#root = root;
  }

  /** The key of a machine's state. `identity` is everything that distinguishes the machine and the state. */
  static key(identity: unknown): string {
    return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
  }

  /** The state with this key; a sentence why an existing state cannot be used; undefined when there is none. */
  async find(key: string, qemu: string): Promise<Saved | string | undefined> {
    const folder = join(this.#root, key);
    const text = await readFile(join(folder, recordName), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const kept = jsonAs(recordSchema, text);
    if (kept === undefined) return 'the snapshot cannot be read';
    if (kept.qemu !== qemu) return `the snapshot is from QEMU ${kept.qemu}, and this is ${qemu}`;
    const path = join(folder, kept.file);
    if (!(await isWhole(path, kept))) return 'the snapshot is damaged';
    const now = new Date();
    await utimes(join(folder, recordName), now, now).catch(() => {});
    return { path, saved: kept.saved };
  }

  /** Keeps the file that `write` fills. Rejects with HarnessError (infrastructure) when the disk is full. */
  async keep(key: string, qemu: string, write: (file: string) => Promise<FileHash>): Promise<void> {
    const folder = join(this.#root, key);
    const file = `state-${randomUUID()}`;
    const draft = join(folder, `${file}.json`);
    try {
      makeFolder(folder);
      await withLock(join(folder, lockName), { what: 'the snapshot', wait: lockWait }, async () => {
        const hash = await write(join(folder, file));
        const kept: Kept = { qemu, saved: new Date().toISOString(), file, ...hash };
        await writeFile(draft, `${JSON.stringify(kept, undefined, 2)}\n`);
        await rename(draft, join(folder, recordName));
        const left = (await readdir(folder)).filter((name) => ![file, recordName, lockName].includes(name));
        for (const name of left) await rm(join(folder, name), { force: true });
      });
      await this.#makeRoom();
    } catch (error) {
      await Promise.all([draft, join(folder, file)].map((path) => rm(path, { force: true }).catch(() => {})));
      throw explainDisk(error, folder, 'set XDG_CACHE_HOME to another folder');
    }
  }

  /** Forgets a state in which no machine can begin. */
  async drop(key: string): Promise<void> {
    await rm(join(this.#root, key), { recursive: true, force: true });
  }

  async #makeRoom(): Promise<void> {
    const all = await Promise.all((await readdir(this.#root)).map((key) => sized(join(this.#root, key))));
    let total = 0;
    for (const { folder, size } of all.sort((left, right) => right.used - left.used)) {
      total += size;
      if (total > most) await rm(folder, { recursive: true, force: true });
    }
  }
}

/** A state that was hashed once in this process, and not written since, is not hashed again. */
async function isWhole(path: string, { size, sha256 }: Kept): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there?.size === size && (await fileHash(path)).sha256 === sha256;
}

async function sized(folder: string): Promise<{ folder: string; size: number; used: number }> {
  const files = await readdir(folder).catch(() => []);
  const stats = await Promise.all(files.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return {
    folder,
    size: stats.reduce((sum, one) => sum + (one?.size ?? 0), 0),
    used: Math.max(0, ...stats.map((one) => one?.mtimeMs ?? 0)),
  };
}
