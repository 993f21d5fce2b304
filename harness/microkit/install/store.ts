// SPDX-License-Identifier: BSD-2-Clause
/**
 * The folder of installed SDKs:
 *
 *   2.0.1/         an SDK as Microkit ships it, whole or absent 2.0.1.json     its origin and its NAR hash default
 *   a link to the default SDK .lock          held while the folder is changed .work/         unfinished downloads and
 *   trees .use/          one file for each process that is using an SDK
 */

import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { jsonAs } from '../../base/json.js';
import { nearest } from '../../base/spelling.js';

/** The kinds of hash that an installed SDK was compared with. */
/**
 * Who vouches for an SDK: the hash published for this version and platform, a hash given by the user, or nobody, by the
 * user's choice.
 */
const trust = v.picklist(['published', 'given', 'unverified']);
export type Trust = v.InferOutput<typeof trust>;

const installRecord = v.object({
  /** The text of its VERSION file. */
  version: v.string(),
  /** The address or the path of the archive. */
  source: v.string(),
  /** The hash of the tree, in SRI form. */
  nar: v.string(),
  trust,
  /** In ISO 8601. */
  installed: v.string(),
});
export type InstallRecord = v.InferOutput<typeof installRecord>;

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;
/** Names that have another meaning in other commands. */
const reserved = ['default', 'minikit'];

/** Milliseconds for which an unfinished download is kept. */
const keepDownloads = 7 * 24 * 3600 * 1000;

/** Throws HarnessError (usage) when an SDK cannot have this name. */
export function requireName(name: string): void {
  if (nameForm.test(name) && !name.endsWith('.json') && !reserved.includes(name)) return;
  throw new HarnessError('usage', 'an SDK cannot be installed under this name', {
    expected: `letters, digits and . _ + -, at most 64; none of ${reserved.join(', ')}`,
    got: name,
    wayOut: 'choose another name with --name',
  });
}

export class SdkStore {
  readonly lockFile: string;
  readonly workDir: string;
  readonly useDir: string;
  readonly #defaultLink: string;

  /** `root` need not exist. */
  constructor(readonly root: string) {
    this.lockFile = join(root, '.lock');
    this.workDir = join(root, '.work');
    this.useDir = join(root, '.use');
    this.#defaultLink = join(root, 'default');
  }

  dirOf(name: string): string {
    return join(this.root, name);
  }

  #recordFile(name: string): string {
    return join(this.root, `${name}.json`);
  }

  has(name: string): boolean {
    return nameForm.test(name) && !reserved.includes(name) && existsSync(this.dirOf(name));
  }

  /** The names of the installed SDKs, sorted. */
  async names(): Promise<string[]> {
    const entries = await readdir(this.root, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory() && nameForm.test(entry.name));
    return folders.map((entry) => entry.name).sort();
  }

  /** Throws HarnessError (usage) when no SDK of this name is installed. */
  async require(name: string): Promise<void> {
    if (this.has(name)) return;
    const names = await this.names();
    const near = nearest(name, names);
    throw new HarnessError('usage', `SDK ${name} is not installed`, {
      where: this.root,
      expected: names.length === 0 ? 'an installed SDK; there is none' : `one of ${names.join(', ')}`,
      got: name,
      wayOut: near === undefined ? `vmm-harness sdk install ${name}` : `did you mean ${near}?`,
    });
  }

  /** The record of an installed SDK; undefined when its folder was created by hand or the record is damaged. */
  record(name: string): InstallRecord | undefined {
    try {
      return jsonAs(installRecord, readFileSync(this.#recordFile(name), 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** The name of the default; undefined when there is none or it is gone. */
  default(): string | undefined {
    try {
      const name = basename(readlinkSync(this.#defaultLink));
      return this.has(name) ? name : undefined;
    } catch {
      return undefined;
    }
  }

  async setDefault(name: string): Promise<void> {
    const draft = join(this.workDir, `default.${process.pid}`);
    makeFolder(this.workDir);
    await rm(draft, { force: true });
    await symlink(name, draft);
    await rename(draft, this.#defaultLink);
  }

  async clearDefault(): Promise<void> {
    await rm(this.#defaultLink, { force: true });
  }

  /** A new folder on the same file system, in which to prepare a tree for `put`. */
  async makeWorkDir(what: string): Promise<string> {
    const dir = join(this.workDir, `${what}.${process.pid}`);
    await removeTree(dir);
    makeFolder(dir);
    return dir;
  }

  /**
   * Removes the leftovers of killed processes. Only for the holder of the lock. Unfinished downloads stay for a while,
   * because they can be resumed.
   */
  async sweep(): Promise<void> {
    const entries = await readdir(this.workDir, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(this.workDir, entry.name);
      if (entry.isDirectory() || lstatSync(path).mtimeMs < Date.now() - keepDownloads) await removeTree(path);
    }
  }

  /**
   * Publishes the finished tree `dir` as `name`, replacing an SDK with this name. A kill at any point leaves the old
   * one, none, or the new one, never a mixture. A record without its folder does not count.
   */
  async put(name: string, dir: string, record: InstallRecord): Promise<void> {
    const old = this.has(name) ? await this.#hide(name) : undefined;
    const draft = join(this.workDir, `${name}.json`);
    await writeFile(draft, `${JSON.stringify(record, undefined, 2)}\n`);
    await rename(draft, this.#recordFile(name));
    await rename(dir, this.dirOf(name));
    // The new one is published, whatever becomes of the old one; the next sweep tries again.
    if (old !== undefined) await removeTree(old).catch(() => {});
  }

  /** Removes an SDK, and the default if it was that one. Only for the holder of the lock. */
  async remove(name: string): Promise<void> {
    if (this.default() === name) await this.clearDefault();
    await removeTree(await this.#hide(name));
    await rm(this.#recordFile(name), { force: true });
  }

  /** Hides an SDK in one step, so that nobody sees half of it, and returns the folder to remove. */
  async #hide(name: string): Promise<string> {
    const hidden = await this.makeWorkDir('removed');
    await rename(this.dirOf(name), join(hidden, name));
    return hidden;
  }
}

/** Removes a tree or a file if it exists. */
export async function removeTree(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
