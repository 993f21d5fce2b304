// SPDX-License-Identifier: BSD-2-Clause
/** The Microkit SDKs that seL4 publishes: their addresses and hashes. */
import { type Version, versions } from '../system/versions.js';

/** Hosts for which SDKs are published, as the names of the archives spell them. */
export const platforms = ['linux-x86-64', 'linux-aarch64', 'macos-x86-64', 'macos-aarch64'] as const;
export type Platform = (typeof platforms)[number];

const hosts: Record<string, Platform> = {
  'linux x64': 'linux-x86-64',
  'linux arm64': 'linux-aarch64',
  'darwin x64': 'macos-x86-64',
  'darwin arm64': 'macos-aarch64',
};

/**
 * SHA-256 of the NAR serialisation of the unpacked SDK without its root folder, in SRI form. This is not the hash of
 * the .tar.gz. Source: the Nix flakes of au-ts/libvmm and au-ts/sddf, which identify each SDK by it.
 */
const publishedHashes: Record<Version, Record<Platform, string>> = {
  '2.0.1': {
    'linux-x86-64': 'sha256-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4=',
    'linux-aarch64': 'sha256-GwWDRJalJOpAYCP/qggFOHDh2e2J1LspWUsyjopECYA=',
    'macos-x86-64': 'sha256-tQWrI5LRp05tLy/HIxgN+0KFJrlmOQ+dpws4Fre+6E0=',
    'macos-aarch64': 'sha256-bFFyVBF2E3YDJ6CYbfCOID7KGREQXkIFDpTD4MzxfCE=',
  },
  '2.1.0': {
    'linux-x86-64': 'sha256-6I3usfpwEe50xxo4u1Bv206CPJJIhZGtwak8doVk+GE=',
    'linux-aarch64': 'sha256-hw3C2lffXTeqpVL/L9j6hG4HnBqZHsGiZwK6UQVlJ6s=',
    'macos-x86-64': 'sha256-l5XKyNMhR1ofHeumvJqdl+yNSKX0/beevBmuoCxDRnU=',
    'macos-aarch64': 'sha256-SzwdHm0O++5MCZ4+a8o12JOSWJLHl4QK/TU3jyLFNo8=',
  },
  '2.2.0': {
    'linux-x86-64': 'sha256-dxPu2Q01qjKhME6Z6kgG4ASDUe12ytZmh5tCtFva/L0=',
    'linux-aarch64': 'sha256-U1hA7Vk/TlSWgV7KiEeG7AkA7t5IR/x89mSE0YHBRNA=',
    'macos-x86-64': 'sha256-aE2mYToK2ne9vzw6d3YQDzJvhpnI8IHOR9+VqZxwlfY=',
    'macos-aarch64': 'sha256-UZBEwS3vAQqJe6Xj+13smJRS0RYfoc0uCK7hB8ujbvA=',
  },
  '2.3.0': {
    'linux-x86-64': 'sha256-95nmS3e2Y0Mu3SC5Yy7lMDabyhEw7vjgwGMJpXAz4Hs=',
    'linux-aarch64': 'sha256-Chv1S0xxaf2ROQ4OcATLorQ9iaNaiXrCresl+AW0iBI=',
    'macos-x86-64': 'sha256-ob07JxvpiG9DqCB5rdEeDlUYPK2X2wqj1MFJjFbge6k=',
    'macos-aarch64': 'sha256-7WtFeEf/BbcpNLCKtsJDWcypYXHxAAEMElL+p4KsVXc=',
  },
};

/** The platform of a host, by Node's names; undefined when no SDK is published for it. */
export function platformOf(os: string = process.platform, arch: string = process.arch): Platform | undefined {
  return hosts[`${os} ${arch}`];
}

/** Whether `text` is the exact version of a published SDK. */
export function isRelease(text: string): text is Version {
  return (versions as readonly string[]).includes(text);
}

/** The published hash of an SDK, in SRI form; undefined for an unpublished one. */
export function publishedHash(version: string, platform: Platform): string | undefined {
  return isRelease(version) ? publishedHashes[version][platform] : undefined;
}

/** The address at which seL4 publishes an SDK. */
export function releaseUrl(version: Version, platform: Platform): string {
  return `https://github.com/seL4/microkit/releases/download/${version}/microkit-sdk-${version}-${platform}.tar.gz`;
}
