// SPDX-License-Identifier: BSD-2-Clause
/**
 * The files that a Linux guest uses from Debian: a kernel and a static busybox, and zlib for a VMM that unpacks a
 * packed kernel. They are fetched once and then kept.
 */

import { resolve } from 'node:path';
import { execa } from 'execa';
import * as v from 'valibot';
import type { DebianKernel } from '../../boards/board.js';
import { endsWithUs } from '../../harness/base/children.js';
import { type OnFraction, type PackageVersion, PrivateApt } from '../../harness/base/debian/apt.js';
import { Store } from '../../harness/base/debian/store.js';
import { HarnessError } from '../../harness/base/error.js';

export type DebianFile = 'kernel' | 'generic kernel' | 'busybox' | 'zlib';

/** The kernel of each metapackage. */
export const kernelFile: Readonly<Record<DebianKernel, DebianFile>> = {
  'linux-image-cloud-arm64': 'kernel',
  'linux-image-arm64': 'generic kernel',
};

/** The origin of a kept file. */
const origin = v.object({
  package: v.string(),
  version: v.string(),
  /** SHA-256 of the .deb. */
  debSha256: v.string(),
  /** SHA-256 of the file extracted from it, which is its name in the store. */
  sha256: v.string(),
});
type Origin = v.InferOutput<typeof origin>;

export interface FetchOptions {
  /** Folder of the store. */
  cacheDir: string;
  /** Ask the mirror for newer packages even if the store has some. */
  refresh: boolean;
  onProgress: (step: string, fraction?: number) => void;
}

export interface FetchedFile extends Origin {
  path: string;
  data: Buffer;
}

const architecture = 'arm64';
const recordName = `debian-${architecture}`;

interface Wanted {
  find: (apt: PrivateApt) => Promise<PackageVersion>;
  path: (name: string) => string;
}

/** The current kernel, which a metapackage depends on. */
function kernelOf(metapackage: DebianKernel): Wanted {
  return {
    async find(apt) {
      const meta = await apt.candidate(metapackage);
      const real = /\blinux-image-\d[\w.+-]*/.exec(meta.depends)?.[0];
      if (real !== undefined) return apt.candidate(real);
      throw new HarnessError('infrastructure', `the package ${metapackage} names no kernel`, {
        expected: 'a dependency on linux-image-VERSION',
        got: meta.depends || 'no dependency',
        wayOut: 'give the guest your own --kernel',
      });
    },
    path: (name) => `./boot/${name.replace(/^linux-image-/, 'vmlinuz-')}`,
  };
}

/** The package that contains the file, and its path there. */
const wanted: Readonly<Record<DebianFile, Wanted>> = {
  kernel: kernelOf('linux-image-cloud-arm64'),
  'generic kernel': kernelOf('linux-image-arm64'),
  busybox: {
    find: (apt) => apt.candidate('busybox-static'),
    path: () => './bin/busybox',
  },
  zlib: {
    find: (apt) => apt.candidate('zlib1g-dev'),
    path: () => './usr/lib/aarch64-linux-gnu/libz.a',
  },
};

/** Extracts one file from a .deb. */
async function extract(deb: string, path: string): Promise<Buffer> {
  const tar = await execa(...endsWithUs('dpkg-deb', ['--fsys-tarfile', deb]), {
    stdin: 'ignore',
    buffer: false,
  }).pipe(...endsWithUs('tar', ['--extract', '--to-stdout', '--file=-', path]), {
    encoding: 'buffer',
    maxBuffer: 2 ** 30,
    reject: false,
  });
  if (tar.exitCode === 0) return Buffer.from(tar.stdout);
  throw new HarnessError('infrastructure', 'a package does not have the expected file', {
    where: deb,
    expected: path,
    got:
      Buffer.from(tar.stderr ?? '')
        .toString()
        .trim() || String(tar.message),
    cause: tar.cause,
  });
}

/** By the names of the files. */
const origins = v.record(v.string(), origin);

async function kept(
  store: Store,
  files: readonly DebianFile[],
): Promise<Map<DebianFile, FetchedFile> | undefined> {
  const record = (await store.record(recordName, origins)) ?? {};
  const found = new Map<DebianFile, FetchedFile>();
  for (const file of files) {
    const origin = record[file];
    const data = origin && (await store.blob(origin.sha256));
    if (!origin || !data) return undefined;
    found.set(file, { ...origin, path: store.blobPath(origin.sha256), data });
  }
  return found;
}

async function fetchFiles(
  store: Store,
  files: readonly DebianFile[],
  work: string,
  options: FetchOptions,
): Promise<void> {
  const apt = await PrivateApt.create(work, {
    architecture,
    who: 'the guest',
    instead: 'give the guest your own --kernel and --initrd',
  });
  const step = (text: string): OnFraction => {
    options.onProgress(text);
    return (fraction) => options.onProgress(text, fraction);
  };
  await apt.update(step(`fetching Debian's ${architecture} package lists`));
  for (const file of files) {
    const { find, path } = wanted[file];
    const found = await find(apt);
    const deb = await apt.download(found, step(`fetching ${found.name} ${found.version}`));
    options.onProgress(`unpacking ${found.name}`);
    const sha256 = await store.putBlob(await extract(deb, path(found.name)));
    const origin: Origin = { package: found.name, version: found.version, debSha256: found.sha256, sha256 };
    await store.putRecord(recordName, { ...(await store.record(recordName, origins)), [file]: origin });
  }
}

/**
 * The requested files, from the store if it has them, otherwise from the host's Debian mirror. Two processes may call
 * this at once: the second waits and uses what the first has fetched.
 */
export async function debianFiles(
  files: readonly DebianFile[],
  options: FetchOptions,
): Promise<Map<DebianFile, FetchedFile>> {
  const store = new Store(resolve(options.cacheDir, 'guest'));
  if (!options.refresh) {
    const found = await kept(store, files);
    if (found) return found;
  }
  const onWait = (holder: string) =>
    options.onProgress(`waiting for ${holder}, which is fetching the same packages`);
  return store.change(onWait, async (work) => {
    const before = options.refresh ? undefined : await kept(store, files);
    if (before) return before;
    await fetchFiles(store, files, work, options);
    const found = await kept(store, files);
    if (found) return found;
    throw new HarnessError('harness', 'the cache lost a file that was just put into it', {
      where: store.dir,
    });
  });
}
