// SPDX-License-Identifier: BSD-2-Clause
/**
 * apt for another architecture, without a trace on the host: its state, lists, cache and settings lie in a folder of
 * ours. From the host come the package sources with their keys, and what /etc/apt/apt.conf.d says of proxies.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { HarnessError } from '../../harness/error.js';

/** Folders that apt wants to find in place. */
const folders = ['state/lists/partial', 'cache/archives/partial', 'log', 'sources.d', 'preferences.d'];

/** Lists besides Packages that other software makes apt fetch; they are large and not needed here. */
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
    // The folder may be one that apt's own user can't reach.
    'APT::Sandbox::User "";',
    // What the host does after an update of its own lists is not for ours.
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

export interface PackageVersion {
  name: string;
  version: string;
  /** SHA-256 of the .deb, as the signed package list has it. */
  sha256: string;
  /** The Depends field, as it is. */
  depends: string;
}

/** Called with the share done, 0 to 1. */
export type OnFraction = (fraction: number) => void;

interface AptOutput {
  stdout: string;
  stderr: string;
}

export class PrivateApt {
  readonly #dir: string;
  /** What update complained of without failing: the reason, if a package then turns out to be missing. */
  #complaints = '';

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * Sets up `dir` (an empty folder) for packages of `architecture` out of the host's Debian sources. Only those files
   * of the host's sources are taken that have `main` of the host's own release.
   */
  static async create(dir: string, architecture: string): Promise<PrivateApt> {
    for (const folder of folders) await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, 'state', 'status'), '');
    await writeFile(join(dir, 'apt.conf'), settings(dir, architecture, ''));
    const apt = new PrivateApt(dir);
    const files = await apt.#debianSources(architecture);
    for (const [index, file] of files.entries()) {
      const extension = file.endsWith('.sources') ? 'sources' : 'list';
      await copyFile(file, join(dir, 'sources.d', `${index}.${extension}`));
    }
    const sources = `Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "${dir}/sources.d";`;
    await writeFile(join(dir, 'apt.conf'), settings(dir, architecture, sources));
    return apt;
  }

  async #run(tool: string, args: string[], cwd: string, onFraction?: OnFraction): Promise<AptOutput> {
    const child = execa(tool, ['-c', join(this.#dir, 'apt.conf'), '-o', 'APT::Status-Fd=3', ...args], {
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
    throw aptError([tool, ...args].join(' '), result.exitCode, this.#complaints + result.stderr);
  }

  async #debianSources(architecture: string): Promise<string[]> {
    const release =
      /^VERSION_CODENAME=(\w+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
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
        expected: `an entry for ${release} main that is not bound to another architecture`,
        got: targets.map(([suite, component]) => `${suite} ${component}`).join(', ') || 'none',
        wayOut: 'add Debian as a source, or give the guest your own --kernel and --initrd',
      },
    );
  }

  /** Fetches the package lists. A source that fails does not matter as long as what is needed is in the others. */
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

  /** Downloads a package and resolves with the path of the .deb, whose hash apt has compared. */
  async download({ name, version }: PackageVersion, onFraction: OnFraction): Promise<string> {
    const dir = join(this.#dir, `deb-${name}`);
    await mkdir(dir);
    await this.#run('apt-get', ['download', `${name}=${version}`], dir, onFraction);
    const [file] = (await readdir(dir)).filter((entry) => entry.endsWith('.deb'));
    if (file !== undefined) return join(dir, file);
    throw new HarnessError('infrastructure', `apt-get download ${name} left no .deb`, { where: dir });
  }
}

/** What apt's complaint means for the reader. */
const causes: { pattern: RegExp; what: string; wayOut: string }[] = [
  {
    pattern: /No space left on device|enough free space/,
    what: 'the disk is full',
    wayOut: 'free some space, or set XDG_CACHE_HOME to another disk',
  },
  {
    pattern:
      /Temporary failure resolving|Could not connect|Connection (failed|timed out)|Could not resolve|Network is unreachable/,
    what: "Debian's package mirror cannot be reached",
    wayOut: 'look to the network or the proxy in /etc/apt, or give the guest your own --kernel and --initrd',
  },
  {
    pattern: /Unable to locate package|No packages found/,
    what: 'the package mirror does not have what the guest needs',
    wayOut: 'look to /etc/apt/sources.list, or give the guest your own --kernel and --initrd',
  },
];

function aptError(command: string, exitCode: number | undefined, stderr: string): HarnessError {
  if (exitCode === undefined) {
    return new HarnessError('infrastructure', 'apt is missing', {
      expected: 'apt-get and apt-cache in PATH',
      wayOut: 'run this on Debian, or give the guest your own --kernel and --initrd',
    });
  }
  const complaints = stderr.split('\n').filter((line) => /^[EW]:/.test(line));
  const known = causes.find(({ pattern }) => pattern.test(stderr));
  return new HarnessError('infrastructure', known?.what ?? 'apt has failed', {
    where: command,
    expected: 'exit code 0',
    got: `exit code ${exitCode}: ${complaints.slice(0, 4).join(' / ') || stderr.trim() || 'no message'}`,
    wayOut: known?.wayOut ?? 'run the command by hand to see more',
  });
}
