// SPDX-License-Identifier: BSD-2-Clause
/** The request of `sdk install`: a published version, an address, or an archive on this machine. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { parseVersion, type Version, versions } from '../../system/versions.js';
import { isRelease, type Platform, platformOf, platforms, publishedHash, releaseUrl } from '../releases.js';
import { isSri } from './nar.js';
import { requireName, type Trust } from './store.js';

export interface InstallRequest {
  /** Where the archive is; exactly one of the two is given. */
  from: { url: string } | { file: string };
  /** The required version; undefined when any will do. */
  version: Version | undefined;
  /** The name under which to install it; by default its version. */
  name: string | undefined;
  /** The required NAR hash, in SRI form; by default the published one. */
  hash: string | undefined;
  /** Whether to insist on a hash. */
  verify: boolean;
  /** Whether to replace an SDK with the same name. */
  replace: boolean;
  /** Whether to make it the default even if there is a default already. */
  use: boolean;
}

export interface InstallArguments {
  /** A version or a path. */
  versionOrPath?: string | undefined;
  url?: string | undefined;
  name?: string | undefined;
  hash?: string | undefined;
  verify: boolean;
  replace: boolean;
  use: boolean;
}

function requirePlatform(): Platform {
  const platform = platformOf();
  if (platform !== undefined) return platform;
  throw new HarnessError('infrastructure', 'no Microkit SDK is published for this machine', {
    expected: `one of ${platforms.join(', ')}`,
    got: `${process.platform} ${process.arch}`,
    wayOut: 'build one from its sources and give its archive: vmm-harness sdk install FILE.tar.gz --hash SRI',
  });
}

function unknownVersion(given: string): HarnessError {
  return new HarnessError('usage', `there is no published SDK ${given}`, {
    expected: `one of ${versions.join(', ')}, or the path of a .tar.gz`,
    got: given,
    wayOut: 'install another SDK from its address with --url, or from its archive',
  });
}

function requireUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'https:' || protocol === 'http:') return;
  throw new HarnessError('usage', '--url needs the address of an archive', {
    expected: 'an address that begins with https:// or http://',
    got: url,
    wayOut: 'give an archive on this machine as a path, without --url',
  });
}

function requireFile(path: string): string {
  const file = resolve(path);
  if (existsSync(file) && statSync(file).isFile()) return file;
  throw new HarnessError('usage', existsSync(file) ? 'this is not a file' : 'the archive does not exist', {
    where: file,
    expected: 'a .tar.gz archive of an SDK',
    wayOut: existsSync(file) ? 'to use an unpacked SDK, set MICROKIT_SDK' : 'check the path',
  });
}

/**
 * Makes a request from the arguments of a command line. Throws HarnessError (usage; infrastructure for an unsupported
 * machine).
 */
export function readRequest(args: InstallArguments): InstallRequest {
  const { versionOrPath, url, name, hash, verify, replace, use } = args;
  if (name !== undefined) requireName(name);
  if (hash !== undefined && !isSri(hash)) {
    throw new HarnessError('usage', '--hash needs a NAR hash in SRI form', {
      expected: "'sha256-' and 44 characters of base64",
      got: hash,
    });
  }
  if (hash !== undefined && !verify) {
    throw new HarnessError('usage', '--hash and --no-verify contradict each other');
  }
  const rest = { name, hash, verify, replace, use };
  const version = versionOrPath === undefined ? undefined : parseVersion(versionOrPath);
  if (url !== undefined) {
    requireUrl(url);
    if (versionOrPath !== undefined && version === undefined) throw unknownVersion(versionOrPath);
    return { ...rest, from: { url }, version };
  }
  if (versionOrPath === undefined) {
    throw new HarnessError('usage', 'sdk install needs a version, a path or --url', {
      wayOut: `vmm-harness sdk install ${versions.at(-1)}`,
    });
  }
  if (version !== undefined)
    return { ...rest, from: { url: releaseUrl(version, requirePlatform()) }, version };
  if (!versionOrPath.includes('/') && !/\.t(ar\.)?gz$/.test(versionOrPath))
    throw unknownVersion(versionOrPath);
  return { ...rest, from: { file: requireFile(versionOrPath) }, version: undefined };
}

/** The hash that an SDK of this version must have, and its source; undefined when there is none. */
export function expectedHash(
  request: InstallRequest,
  version: string,
): { hash: string; trust: Trust } | undefined {
  if (!request.verify) return undefined;
  if (request.hash !== undefined) return { hash: request.hash, trust: 'given' };
  const platform = platformOf();
  const hash = platform !== undefined && isRelease(version) ? publishedHash(version, platform) : undefined;
  return hash === undefined ? undefined : { hash, trust: 'published' };
}
