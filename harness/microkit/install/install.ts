// SPDX-License-Identifier: BSD-2-Clause
/**
 * `sdk install`, in the order in which it happens: lock, download, unpack, check, hash, try, publish. Nothing is
 * visible before the last step, and nothing in an archive is run before its hash is verified.
 */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { step } from '../../base/progress.js';
import { describeSdk, type Sdk } from '../sdk.js';
import { type ChangeOptions, changing } from './change.js';
import { type DownloadLimits, download, forgetDownload } from './download.js';
import { type ArchiveLimits, archiveLimits } from './entries.js';
import { requireRunsHere } from './host.js';
import { narHash } from './nar.js';
import { requireForThisSystem } from './other-system.js';
import { expectedHash, type InstallRequest } from './request.js';
import { type InstallRecord, removeTree, requireName, type SdkStore, type Trust } from './store.js';
import { unpack } from './unpack.js';
import { requireUnused } from './use.js';

export interface InstallOptions extends ChangeOptions {
  downloadLimits?: DownloadLimits | undefined;
  archiveLimits?: ArchiveLimits | undefined;
}

export interface Installed {
  name: string;
  dir: string;
  record: InstallRecord;
  /** False when it was installed already. */
  isNew: boolean;
  isDefault: boolean;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

class Installation {
  readonly #source: string;

  readonly #store: SdkStore;
  readonly #request: InstallRequest;
  readonly #options: InstallOptions;

  constructor(store: SdkStore, request: InstallRequest, options: InstallOptions) {
    this.#store = store;
    this.#request = request;
    this.#options = options;
    this.#source = 'url' in request.from ? request.from.url : request.from.file;
  }

  async run(): Promise<Installed> {
    const store = this.#store;
    const request = this.#request;
    const early = request.name ?? request.version;
    if (early !== undefined) {
      const there = this.#already(early, request.version);
      if (there !== undefined) return this.#chosen(there);
    }
    await store.sweep();
    const { archive, done } = await this.#fetch();
    const work = await store.makeWorkDir('unpack');
    try {
      const installed = await this.#fromArchive(archive, join(work, 'sdk'));
      await done();
      return installed;
    } catch (error) {
      // Whatever was wrong with the archive, the next try must not use it again. After an interruption it may.
      if (!this.#options.signal?.aborted) await done();
      throw error;
    } finally {
      await removeTree(work);
    }
  }

  /** The installed SDK `name` if it is the requested one. Throws when it is another one that may not be replaced. */
  #already(name: string, version: string | undefined): Installed | undefined {
    const store = this.#store;
    const request = this.#request;
    if (!store.has(name)) return undefined;
    if (request.replace) {
      requireUnused(store, name);
      return undefined;
    }
    const record = store.record(name);
    const wanted = expectedHash(request, version ?? record?.version ?? '');
    if (record !== undefined && wanted !== undefined && record.nar === wanted.hash) {
      return { name, dir: store.dirOf(name), record, isNew: false, isDefault: store.default() === name };
    }
    throw new HarnessError('usage', `another SDK is installed as ${name}`, {
      where: store.dirOf(name),
      expected: wanted === undefined ? 'a free name' : `a free name, or an SDK whose hash is ${wanted.hash}`,
      got:
        record === undefined
          ? 'a folder that was created by hand'
          : `hash ${record.nar}, from ${record.source}`,
      wayOut: 'replace it with --replace, or choose another name with --name',
    });
  }

  /** The archive on this machine, and the function to call when it is no longer needed. */
  async #fetch(): Promise<{ archive: string; done: () => Promise<void> }> {
    const { from } = this.#request;
    if ('file' in from) return { archive: from.file, done: async () => {} };
    const { progress, signal, downloadLimits: limits } = this.#options;
    const id = createHash('sha256').update(from.url).digest('hex').slice(0, 16);
    const archive = join(this.#store.workDir, `${id}.tar.gz`);
    const name = `download ${basename(new URL(from.url).pathname)}`;
    let size = 0;
    const bring = () =>
      download(from.url, archive, {
        limits,
        signal,
        onProgress: (received, total) => {
          size = received;
          if (total === undefined) return;
          progress({
            kind: 'part',
            step: name,
            done: megabytes(received),
            total: megabytes(total),
            unit: 'MB',
          });
        },
        onRetry: (reason) => progress({ kind: 'note', text: `${reason}; trying again` }),
      });
    try {
      await step(progress, name, bring, () => `${megabytes(size)} MB`);
    } catch (error) {
      if (signal?.aborted && size > 0)
        progress({
          kind: 'note',
          text: `${megabytes(size)} MB are kept; the same command continues from there`,
        });
      throw error;
    }
    return { archive, done: () => forgetDownload(archive) };
  }

  async #fromArchive(archive: string, dir: string): Promise<Installed> {
    const store = this.#store;
    const request = this.#request;
    const options = this.#options;
    const { progress, signal } = options;
    const onProgress = (read: number, total: number) =>
      progress({ kind: 'part', step: 'unpack', done: megabytes(read), total: megabytes(total), unit: 'MB' });
    await step(
      progress,
      'unpack',
      () => unpack(archive, dir, { limits: options.archiveLimits ?? archiveLimits, signal, onProgress }),
      ({ entries }) => `${entries} files and folders`,
    );
    const { version } = await this.#describe(dir);
    const name = request.name ?? version;
    requireName(name);
    const there = this.#already(name, version);
    if (there !== undefined) return this.#chosen(there);
    const { nar, trust } = await this.#verify(dir, version);
    await step(progress, 'try bin/microkit', () => requireRunsHere(dir, signal));
    const record: InstallRecord = {
      version,
      source: this.#source,
      nar,
      trust,
      installed: new Date().toISOString(),
    };
    await store.put(name, dir, record);
    return this.#chosen({
      name,
      dir: store.dirOf(name),
      record,
      isNew: true,
      isDefault: store.default() === name,
    });
  }

  /** Makes it the default if requested, or if there is no default. */
  async #chosen(installed: Installed): Promise<Installed> {
    const store = this.#store;
    const request = this.#request;
    if (!request.use && store.default() !== undefined) return installed;
    await store.setDefault(installed.name);
    return { ...installed, isDefault: true };
  }

  async #describe(dir: string): Promise<Sdk> {
    const sdk = await describeSdk(dir, 'installed').catch((error: unknown) => {
      throw error instanceof HarnessError ? this.#notAnSdk(error.detail.got ?? error.message) : error;
    });
    if (sdk.boards.size === 0) throw this.#notAnSdk('it contains no board');
    const { version: wanted } = this.#request;
    if (wanted === undefined || sdk.version === wanted) return sdk;
    throw new HarnessError('infrastructure', 'the archive contains another version', {
      where: this.#source,
      expected: wanted,
      got: sdk.version,
    });
  }

  #notAnSdk(got: string): HarnessError {
    return new HarnessError('infrastructure', 'the archive does not contain a Microkit SDK', {
      where: this.#source,
      expected: 'one folder that contains bin/microkit, VERSION and board/',
      got,
      wayOut: 'use microkit-sdk-VERSION-PLATFORM.tar.gz, not the archive of the sources',
    });
  }

  async #verify(dir: string, version: string): Promise<{ nar: string; trust: Trust }> {
    const { progress, signal } = this.#options;
    const wanted = expectedHash(this.#request, version);
    const nar = await step(
      progress,
      'verify',
      () => narHash(dir, { signal }),
      (hash) => `NAR hash ${hash}`,
    );
    if (wanted !== undefined && nar === wanted.hash) return { nar, trust: wanted.trust };
    if (!this.#request.verify) {
      progress({
        kind: 'note',
        text: 'warning: --no-verify: nobody vouches for this SDK; its hash is recorded for sdk verify',
      });
      return { nar, trust: 'unverified' };
    }
    requireForThisSystem(dir, nar, version, this.#source);
    const isKnown = wanted !== undefined;
    throw new HarnessError(
      'infrastructure',
      isKnown ? 'the SDK has a wrong hash' : 'no hash is published for this SDK',
      {
        where: this.#source,
        expected: wanted?.hash ?? `a hash for version ${version} on ${process.platform} ${process.arch}`,
        got: nar,
        wayOut: isKnown
          ? 'download it again; for an SDK that you built yourself give --hash SRI, or --no-verify to skip the check'
          : `if you trust its origin: --hash ${nar}`,
      },
    );
  }
}

/**
 * Installs an SDK. Rejects with HarnessError or the signal's reason; then nothing of it is installed, and the SDKs that
 * were installed before are unchanged.
 */
export function installSdk(
  store: SdkStore,
  request: InstallRequest,
  options: InstallOptions,
): Promise<Installed> {
  return changing(store, options, () => new Installation(store, request, options).run());
}
