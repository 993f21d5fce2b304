// SPDX-License-Identifier: BSD-2-Clause
/**
 * Why an SDK does not have the published hash: it may be for another system, or may have lost its permissions on the
 * way.
 */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { isRelease, platformOf, platforms, publishedHash, releaseUrl } from '../releases.js';
import { describeExecutable } from './executable.js';

/** The kind of `bin/microkit` on each system for which SDKs are published. */
const programs: Readonly<Record<(typeof platforms)[number], string>> = {
  'linux-x86-64': 'a program for Linux on x86-64',
  'linux-aarch64': 'a program for Linux on AArch64',
  'macos-x86-64': 'a program for macOS on x86-64',
  'macos-aarch64': 'a program for macOS on AArch64',
};

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Throws HarnessError (infrastructure) when the tree in `dir`, whose hash is wrong, is an SDK for another system or has
 * no executable tool. Runs nothing in it.
 */
export function requireForThisSystem(dir: string, nar: string, version: string, source: string): void {
  const here = platformOf();
  const tool = join(dir, 'bin', 'microkit');
  const { kind } = describeExecutable(tool);
  const published = platforms.find((platform) => publishedHash(version, platform) === nar);
  const other = published ?? platforms.find((platform) => programs[platform] === kind);
  if (other !== undefined && other !== here) {
    throw new HarnessError('infrastructure', 'the archive is for another system', {
      where: source,
      expected: here ?? `an SDK for ${process.platform} ${process.arch}`,
      got: `${other}: its tool is ${kind}`,
      wayOut:
        here !== undefined && isRelease(version)
          ? `take ${releaseUrl(version, here)}`
          : `use the SDK for ${process.platform} ${process.arch}`,
    });
  }
  if (mayExecute(tool)) return;
  throw new HarnessError('infrastructure', 'the archive has lost its execute bits', {
    where: source,
    expected: 'bin/microkit executable, as seL4 packs it',
    got: 'bin/microkit without execute permission, which repacked archives can lose',
    wayOut:
      'use the published .tar.gz; or unpack this one, chmod +x bin/microkit, and give its folder with --sdk',
  });
}
