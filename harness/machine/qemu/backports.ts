// SPDX-License-Identifier: BSD-2-Clause
/**
 * A QEMU from Debian's backports, kept in the cache and started there. Nothing is installed, and neither the machine's
 * package sources nor its lists are touched. Only packages that the machine lacks are fetched, once.
 */

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import * as v from 'valibot';
import { endsWithUs } from '../../base/children.js';
import { hostRelease, type OnFraction, PrivateApt } from '../../base/debian/apt.js';
import { Store } from '../../base/debian/store.js';
import { explainDisk } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { cacheRoot } from '../../base/paths.js';
import type { Progress } from '../../base/progress.js';
import { treeHash } from '../../base/tree-hash.js';
import { isTooOld } from './arguments.js';
import { askVersion, type Qemu } from './program.js';
import type { QemuVersion } from './qmp.js';

const packageName = 'qemu-system-arm';
const recordName = 'backports';
const instead = 'put a recent enough QEMU into PATH';

/** The record: the name of a folder with the unpacked packages, and their versions. */
const kept = v.object({
  folder: v.string(),
  packages: v.array(v.object({ name: v.string(), version: v.string() })),
  /** The hash of that folder, computed when apt had just compared the packages with its signed lists. */
  sha256: v.string(),
});
type Kept = v.InferOutput<typeof kept>;

const storeIn = (cacheDir: string) => new Store(join(cacheDir, 'qemu'));

/** Debian's names of the library folders. */
const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** The program in an unpacked folder. It finds its own data, but not the libraries that were fetched with it. */
async function programIn(folder: string): Promise<Qemu | undefined> {
  const program = join(folder, 'usr', 'bin', 'qemu-system-aarch64');
  const triplet = triplets[process.arch] ?? `${process.arch}-linux-gnu`;
  const places = ['usr/lib', 'lib'].map((lib) => join(folder, lib, triplet));
  const { LD_LIBRARY_PATH } = process.env;
  const env = { LD_LIBRARY_PATH: [...places, ...(LD_LIBRARY_PATH ? [LD_LIBRARY_PATH] : [])].join(':') };
  const version = existsSync(program) ? await askVersion(program, env) : undefined;
  return version && { program, env, version };
}

/**
 * The QEMU that was fetched before, if its folder is unchanged; undefined when there is none, it is too old or it no
 * longer runs here.
 */
export async function keptQemu(since: QemuVersion, cacheDir = cacheRoot): Promise<Qemu | undefined> {
  const store = storeIn(cacheDir);
  const record = await store.record(recordName, kept);
  if (record === undefined || basename(record.folder) !== record.folder) return undefined;
  const place = join(store.dir, record.folder);
  // It is not even started for its version before this check.
  if ((await treeHash(place).catch(() => undefined)) !== record.sha256) return undefined;
  const qemu = await programIn(place);
  return qemu && !isTooOld(qemu.version, since) ? qemu : undefined;
}

interface FetchOptions {
  progress: Progress;
  cacheDir?: string;
}

/**
 * Fetches a QEMU of version `since` or later and keeps it. Throws HarnessError (infrastructure) when none is available.
 */
export async function fetchQemu(since: QemuVersion, options: FetchOptions): Promise<Qemu> {
  const { progress, cacheDir = cacheRoot } = options;
  const store = storeIn(cacheDir);
  const onWait = (holder: string) =>
    progress({ kind: 'note', text: `waiting for ${holder}, which is fetching QEMU` });
  return store.change(onWait, async (work) => {
    const other = await keptQemu(since, cacheDir);
    if (other) return other;
    const packages = await unpack(work, since, progress);
    const folder = packages.map(({ name, version }) => `${name}_${version}`).find(isProgram) ?? '';
    const place = join(store.dir, folder.replaceAll(/[^\w.+~-]/g, '_'));
    let sha256: string;
    try {
      sha256 = await treeHash(join(work, 'root'));
      // The same QEMU, complete, may be running at this moment.
      if ((await treeHash(place).catch(() => undefined)) !== sha256) {
        await rm(place, { recursive: true, force: true });
        await rename(join(work, 'root'), place);
      }
    } catch (error) {
      throw explainDisk(error, place);
    }
    const qemu = await programIn(place);
    if (qemu === undefined || isTooOld(qemu.version, since)) {
      throw new HarnessError('infrastructure', "the QEMU of Debian's backports does not run here", {
        where: place,
        expected: `${since.join('.')} or later`,
        got: qemu?.version.join('.') ?? 'no answer to --version',
        wayOut: instead,
      });
    }
    const record: Kept = { folder: basename(place), packages, sha256 };
    await store.putRecord(recordName, record);
    return qemu;
  });
}

const isProgram = (name: string) => name.startsWith(`${packageName}_`);

/** Downloads the packages that the machine lacks for QEMU and unpacks them into `work`/root. */
async function unpack(work: string, since: QemuVersion, progress: Progress): Promise<Kept['packages']> {
  const { stdout: architecture } = await execa('dpkg', ['--print-architecture'], { reject: false });
  const apt = await PrivateApt.create(work, {
    architecture: architecture ?? '',
    who: 'QEMU for this board',
    instead,
    besideHost: true,
  });
  await apt.update(share(progress, "fetching the package lists of Debian's backports"));
  const packages = await apt.additions(packageName, `${await hostRelease()}-backports`);
  const version = packages.find(({ name }) => name === packageName)?.version ?? 'no newer one';
  const [, major = 0, minor = 0, micro = 0] =
    /^(?:\d+:)?(\d+)\.(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (isTooOld([major, minor, micro], since)) {
    throw new HarnessError('infrastructure', "Debian's backports have no recent enough QEMU", {
      expected: `${packageName} ${since.join('.')} or later`,
      got: version,
      wayOut: instead,
    });
  }
  await mkdir(join(work, 'root'));
  for (const one of packages) {
    const deb = await apt.download(one, share(progress, `fetching ${one.name} ${one.version}`));
    const { exitCode, stderr } = await execa(
      ...endsWithUs('dpkg-deb', ['--extract', deb, join(work, 'root')]),
      {
        reject: false,
      },
    );
    if (exitCode === 0) continue;
    if (/No space left/.test(stderr))
      throw explainDisk(Object.assign(new Error(stderr), { code: 'ENOSPC' }), work);
    throw new HarnessError('infrastructure', 'a package cannot be unpacked', {
      where: one.name,
      got: stderr,
    });
  }
  progress({ kind: 'done', step: 'QEMU', note: version });
  return packages;
}

function share(progress: Progress, work: string): OnFraction {
  const step = `QEMU: ${work}`;
  progress({ kind: 'start', step });
  return (fraction) =>
    progress({ kind: 'part', step, done: Math.round(fraction * 100), total: 100, unit: '%' });
}
