// SPDX-License-Identifier: BSD-2-Clause
/**
 * apt without a trace on the host, for another architecture or for packages newer than the host's. Its state, lists,
 * cache and settings live in a folder of the harness. It uses the host's package sources with their keys, and the
 * proxies configured in /etc/apt/apt.conf.d.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { endsWithUs } from '../children.js';
import { makeFolder } from '../disk.js';
import { HarnessError } from '../error.js';
import { type AptPurpose, aptError } from './apt-error.js';

/** Folders that apt expects to exist. */
const folders = ['state/lists/partial', 'cache/archives/partial', 'log', 'sources.d', 'preferences.d'];

/** Index files that other software makes apt fetch besides Packages. They are large and not needed here. */
const otherLists = [
  'Contents-deb',
  'DEP-11',
  'DEP-11-icons',
  'DEP-11-icons-small',
  'DEP-11-icons-large',
  'CNF',
];

function settings(dir: string, architecture: string, sources: string): string {
  return [
    `APT::Architecture "${architecture}";`,
    '#clear APT::Architectures;',
    `APT::Architectures { "${architecture}"; };`,
    `Dir::State "${dir}/state";`,
    `Dir::State::status "${dir}/state/status";`,
    `Dir::Cache "${dir}/cache";`,
    `Dir::Log "${dir}/log";`,
    'Dir::Etc::preferences "/dev/null";',
    `Dir::Etc::preferencesparts "${dir}/preferences.d";`,
    sources,
    // The folder may be out of reach of apt's own user.
    'APT::Sandbox::User "";',
    // The host's hooks for an update of its own lists do not apply to these lists.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    'Acquire::Languages "none";',
    'Acquire::PDiffs "false";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    ...otherLists.map((list) => `Acquire::IndexTargets::deb::${list}::DefaultEnabled "false";`),
    '',
  ].join('\n');
}

/** The list of packages installed on the host. */
const installedList = '/var/lib/dpkg/status';

/** The code name of the host's Debian release. */
export async function hostRelease(): Promise<string> {
  return /^VERSION_CODENAME=(\w+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
}

/**
 * The host's sources, with the backports of `release` added wherever they have the release itself (sources.list(5)).
 */
export function withBackports(sources: string, release: string): string {
  const backports = `${release}-backports`;
  const lines = sources.split('\n');
  if (lines.some((line) => !line.startsWith('#') && line.includes(backports))) return sources;
  const added = lines.flatMap((line) => {
    if (/^Suites:/i.test(line) && line.split(/\s+/).includes(release)) return [`${line} ${backports}`];
    const oneLine = new RegExp(`^(deb\\s.*\\s)${release}(\\s.*\\bmain\\b.*)$`).exec(line);
    return oneLine ? [line, `${oneLine[1]}${backports}${oneLine[2]}`] : [line];
  });
  return added.join('\n');
}

export interface PackageVersion {
  name: string;
  version: string;
  /** SHA-256 of the .deb, from the signed package list. */
  sha256: string;
  /** The Depends field, unparsed. */
  depends: string;
}

/** Called with the fraction that is done, 0 to 1. */
export type OnFraction = (fraction: number) => void;

interface AptOutput {
  stdout: string;
  stderr: string;
}

export class PrivateApt {
  readonly #dir: string;
  readonly #purpose: AptPurpose;
  /** Complaints of an update that did not fail. If a package then turns out to be missing, they are the reason. */
  #complaints = '';

  private constructor(dir: string, purpose: AptPurpose) {
    this.#dir = dir;
    this.#purpose = purpose;
  }

  /**
   * Sets up `dir` (an empty folder) for packages from the host's Debian sources. Of those sources it takes only index
   * files for `main` of the host's own release.
   */
  static async create(dir: string, purpose: AptPurpose): Promise<PrivateApt> {
    const { architecture, besideHost: beside } = purpose;
    for (const folder of folders) makeFolder(join(dir, folder));
    const installed = beside ? await readFile(installedList, 'utf8').catch(() => '') : '';
    await writeFile(join(dir, 'state', 'status'), installed);
    await writeFile(join(dir, 'apt.conf'), settings(dir, architecture, ''));
    const apt = new PrivateApt(dir, purpose);
    const files = await apt.#debianSources(architecture);
    for (const [index, file] of files.entries()) {
      const extension = file.endsWith('.sources') ? 'sources' : 'list';
      const text = await readFile(file, 'utf8');
      const sources = beside ? withBackports(text, await hostRelease()) : text;
      await writeFile(join(dir, 'sources.d', `${index}.${extension}`), sources);
    }
    const sources = `Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "${dir}/sources.d";`;
    await writeFile(join(dir, 'apt.conf'), settings(dir, architecture, sources));
    return apt;
  }

  async #run(tool: string, args: string[], cwd: string, onFraction?: OnFraction): Promise<AptOutput> {
    const common = ['-c', join(this.#dir, 'apt.conf'), '-o', 'APT::Status-Fd=3'];
    const child = execa(...endsWithUs(tool, [...common, ...args]), {
      cwd,
      reject: false,
      env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      maxBuffer: 50_000_000,
    });
    const [, , , status] = child.stdio;
    status?.on('data', (chunk: Buffer) => {
      for (const match of chunk.toString().matchAll(/^dlstatus:\d+:([\d.]+):/gm)) {
        onFraction?.(Number(match[1]) / 100);
      }
    });
    const result = await child;
    if (result.exitCode === 0) return { stdout: result.stdout, stderr: result.stderr };
    throw aptError(
      this.#purpose,
      [tool, ...args].join(' '),
      result.exitCode,
      this.#complaints + result.stderr,
    );
  }

  async #debianSources(architecture: string): Promise<string[]> {
    const release = await hostRelease();
    const names = [release, 'stable', 'oldstable'];
    const format = '$(RELEASE) $(COMPONENT) $(SOURCESENTRY)';
    const args = ['indextargets', '--no-release-info', '--format', format, 'Created-By: Packages'];
    const { stdout } = await this.#run('apt-get', args, this.#dir);
    const targets = stdout.split('\n').map((line) => line.split(' '));
    const files = targets
      .filter(
        ([suite = '', component]) => component === 'main' && names.includes(suite.replace(/[-/].*/, '')),
      )
      .map(([, , entry]) => (entry ?? '').replace(/:\d+$/, ''));
    if (files.length > 0) return [...new Set(files)];
    throw new HarnessError(
      'infrastructure',
      `this machine's package sources have no Debian ${release} for ${architecture}`,
      {
        where: '/etc/apt/sources.list and sources.list.d',
        expected: `an entry for ${release} main that is not limited to another architecture`,
        got: targets.map(([suite, component]) => `${suite} ${component}`).join(', ') || 'none',
        wayOut: `add Debian as a source, or ${this.#purpose.instead}`,
      },
    );
  }

  /** Fetches the package lists. A source that fails does not matter as long as the others have what is needed. */
  async update(onFraction: OnFraction): Promise<void> {
    const { stderr } = await this.#run('apt-get', ['update'], this.#dir, onFraction);
    this.#complaints = stderr === '' ? '' : `${stderr}\n`;
  }

  /** The version of a package that apt would install. */
  async candidate(name: string): Promise<PackageVersion> {
    const { stdout } = await this.#run('apt-cache', ['show', '--no-all-versions', name], this.#dir);
    const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(stdout)?.[1] ?? '';
    return { name, version: field('Version'), sha256: field('SHA256'), depends: field('Depends') };
  }

  /** The packages that installing `name` from `suite` would add to the host or change on it. */
  async additions(name: string, suite: string): Promise<Pick<PackageVersion, 'name' | 'version'>[]> {
    const args = ['--simulate', '--no-install-recommends', '--target-release', suite, 'install', name];
    const { stdout } = await this.#run('apt-get', args, this.#dir);
    // Inst NAME [OLD VERSION] (VERSION SOURCE [ARCHITECTURE])
    const lines = stdout.matchAll(/^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) /gm);
    return [...lines].map(([, found = '', version = '']) => ({ name: found, version }));
  }

  /** Downloads a package and resolves with the path of the .deb. apt has verified its hash. */
  async download(
    { name, version }: Pick<PackageVersion, 'name' | 'version'>,
    onFraction: OnFraction,
  ): Promise<string> {
    const dir = join(this.#dir, `deb-${name}`);
    await mkdir(dir);
    await this.#run('apt-get', ['download', `${name}=${version}`], dir, onFraction);
    const [file] = (await readdir(dir)).filter((entry) => entry.endsWith('.deb'));
    if (file !== undefined) return join(dir, file);
    throw new HarnessError('infrastructure', `apt-get download ${name} left no .deb`, { where: dir });
  }
}
