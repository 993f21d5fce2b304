// SPDX-License-Identifier: BSD-2-Clause
/**
 * A Debian mirror in a folder, with a kernel and a busybox of a few bytes, for the real apt: the guest builder's use of
 * apt is tested without a network. apt finds it by APT_CONFIG, which it reads before all other settings.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { sampleImage } from './samples.js';

export const release = '6.1.0-99-cloud-arm64';
export const codename =
  /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';

interface Package {
  name: string;
  /** 1.0-1 by default. */
  version?: string;
  depends?: string;
  files: { path: string; data: Uint8Array }[];
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

/** Where packages are published: a suite of the mirror, for one architecture. */
interface Shelf {
  suite: string;
  architecture: string;
}

const guests: Shelf = { suite: codename, architecture: 'arm64' };

function buildDeb(
  dir: string,
  { name, version = '1.0-1', depends, files }: Package,
  architecture: string,
): string {
  const root = join(dir, 'tree', name);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  const fields = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: nobody <nobody@example.org>',
  ];
  if (depends) fields.push(`Depends: ${depends}`);
  fields.push('Description: for a test', '');
  writeFileSync(join(root, 'DEBIAN', 'control'), fields.join('\n'));
  for (const { path, data } of files) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), data, { mode: 0o755 });
  }
  const deb = join(dir, 'mirror', 'pool', `${name}_1.0-1_${architecture}.deb`);
  execaSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, deb]);
  return deb;
}

export class LocalMirror {
  readonly dir: string;
  /** The contents of the busybox package. */
  readonly busybox = Buffer.from('not really busybox');
  /** A kernel that does not shrink when packed. */
  readonly kernel = Buffer.concat([sampleImage(4096, 2 ** 21), randomBytes(600_000)]);

  constructor(dir: string) {
    this.dir = dir;
    for (const folder of ['mirror/pool', 'etc/apt/sources.list.d', 'bin'])
      mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(join(dir, 'apt.conf'), `Dir::Etc "${dir}/etc/apt";\n`);
    writeFileSync(
      join(dir, 'etc', 'apt', 'sources.list'),
      `deb [trusted=yes] file:${dir}/mirror ${codename} main\n`,
    );
    this.publish([
      { name: 'linux-image-cloud-arm64', depends: `linux-image-${release} (= 1.0-1)`, files: [] },
      { name: `linux-image-${release}`, files: [{ path: `boot/vmlinuz-${release}`, data: this.kernel }] },
      { name: 'busybox-static', files: [{ path: 'bin/busybox', data: this.busybox }] },
    ]);
  }

  /** Makes the mirror contain exactly these packages. */
  publish(packages: Package[], { suite, architecture } = guests): void {
    const stanzas = packages.map((one) => {
      const deb = readFileSync(buildDeb(this.dir, one, architecture));
      const lines = [
        `Package: ${one.name}`,
        `Version: ${one.version ?? '1.0-1'}`,
        `Architecture: ${architecture}`,
        `Filename: pool/${one.name}_1.0-1_${architecture}.deb`,
        `Size: ${deb.length}`,
        `SHA256: ${sha256(deb)}`,
      ];
      if (one.depends) lines.push(`Depends: ${one.depends}`);
      return `${lines.join('\n')}\nDescription: for a test\n\n`;
    });
    const index = Buffer.from(stanzas.join(''));
    const dists = join(this.dir, 'mirror', 'dists', suite);
    const list = `main/binary-${architecture}/Packages`;
    mkdirSync(join(dists, list, '..'), { recursive: true });
    writeFileSync(join(dists, list), index);
    const listed = ` ${sha256(index)} ${index.length} ${list}`;
    const head = [
      `Suite: ${suite}`,
      `Codename: ${suite}`,
      `Architectures: ${architecture}`,
      'Components: main',
    ];
    writeFileSync(join(dists, 'Release'), `${[...head, 'SHA256:', listed].join('\n')}\n`);
  }

  /** Corrupts a package after it was listed. */
  spoil(name: string): void {
    writeFileSync(join(this.dir, 'mirror', 'pool', `${name}_1.0-1_arm64.deb`), 'spoilt');
  }

  /** Replaces a program by a shell script; `$REAL` in it is the program. */
  replace(program: string, script: string): void {
    const real = execaSync('sh', ['-c', `command -v ${program}`]).stdout;
    const path = join(this.dir, 'bin', program);
    writeFileSync(path, `#!/bin/sh\nREAL=${real}\nDIR=${this.dir}\n${script}\n`);
    chmodSync(path, 0o755);
  }

  /** Environment in which apt sees this mirror, and the replaced programs come first. */
  get env(): Record<string, string> {
    return { APT_CONFIG: join(this.dir, 'apt.conf'), PATH: `${join(this.dir, 'bin')}:${process.env.PATH}` };
  }
}

/** Every file of a folder with size and time, to see whether anything in it was touched. */
export function listing(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(dir, name), { throwIfNoEntry: false }) ?? {
        size: 0,
        mtimeMs: 0,
      };
      return `${name} ${size} ${mtimeMs}`;
    });
}
