// SPDX-License-Identifier: BSD-2-Clause
/** Determines from its first bytes how an SDK's archive is packed, and recognises files that are mistaken for one. */
import { closeSync, readSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { limits } from '../../base/limits.js';
import { openRegular, requireWithin } from '../../base/read-file.js';

/** A program in Debian that unpacks an archive and writes the .tar to its standard output. */
export interface Unpacker {
  program: string;
  args: (file: string) => string[];
  /** The package that contains it. */
  debian: string;
}

/** A plain .tar, a .tar.gz, or what another program unpacks to a .tar. */
export type Packing = 'tar' | 'gzip' | Unpacker;

/** Number of bytes to examine: up to the magic number in the first header of a .tar. */
const headSize = 512;
const ustar = { at: 257, text: 'ustar' };

const toOutput = (file: string) => ['-dc', '--', file];
/** The permissions are in the directory at the end of a zip file, so it cannot come through a pipe. */
const zipToOutput = (file: string) => ['-cf', '-', '--format=pax', `@${resolve(file)}`];

/** Compressed archives by their first bytes, in hexadecimal. */
const unpackers: readonly (Unpacker & { bytes: string })[] = [
  { bytes: 'fd377a585a00', program: 'xz', args: toOutput, debian: 'xz-utils' },
  { bytes: '425a68', program: 'bzip2', args: toOutput, debian: 'bzip2' },
  { bytes: '28b52ffd', program: 'zstd', args: toOutput, debian: 'zstd' },
  { bytes: '04224d18', program: 'lz4', args: toOutput, debian: 'lz4' },
  { bytes: '504b0304', program: 'bsdtar', args: zipToOutput, debian: 'libarchive-tools' },
];

const archive = 'take microkit-sdk-VERSION-PLATFORM.tar.gz';
const strangers: readonly { form: RegExp; name: string; wayOut: string }[] = [
  {
    form: /^-----BEGIN PGP/,
    name: 'a signature of an archive',
    wayOut: `${archive} itself, without .asc: its hash is compared here`,
  },
  { form: /^[0-9a-f]{40,128}\s/, name: 'a list of checksums', wayOut: `${archive} itself` },
  {
    form: /^\s*</,
    name: 'a web page',
    wayOut: 'check what the address really returns: it may be the page of a proxy or a login',
  },
  {
    form: /^7z\xbc\xaf/,
    name: 'a 7z archive',
    wayOut: `${archive}, or unpack it and give --sdk its folder`,
  },
  { form: /^!<arch>/, name: 'a Debian package or library', wayOut: archive },
  { form: /^\x7fELF/, name: 'a program', wayOut: archive },
];

/**
 * How an archive is packed. Throws HarnessError: infrastructure for a file that is not an archive, usage for a file that cannot be read.
 */
export function packingOf(file: string): Packing {
  const kind = { what: "the SDK's archive", limit: limits.sdkArchive } as const;
  const { fd, size } = openRegular(file, kind);
  try {
    requireWithin(size, file, kind);
    const bytes = Buffer.alloc(headSize);
    const head = bytes.subarray(0, readSync(fd, bytes, 0, headSize, 0));
    const hex = head.toString('hex');
    const isTar = head.toString('latin1', ustar.at, ustar.at + ustar.text.length) === ustar.text;
    if (isTar) return 'tar';
    if (hex.startsWith('1f8b')) return 'gzip';
    const unpacker = unpackers.find((one) => hex.startsWith(one.bytes));
    if (unpacker !== undefined) return unpacker;
    throw noArchive(file, head);
  } finally {
    closeSync(fd);
  }
}

function noArchive(file: string, head: Buffer): HarnessError {
  const text = head.toString('latin1');
  const known =
    strangers.find(({ form }) => form.test(text)) ??
    // A binary signature has no characteristic first bytes.
    (/\.(asc|sig|gpg)$/.test(basename(file)) ? strangers[0] : undefined);
  const begin = text
    .slice(0, 48)
    .replace(/[^ -~]+/g, ' ')
    .trim();
  return new HarnessError('infrastructure', 'this is not an archive of an SDK', {
    where: file,
    expected: 'a .tar.gz, or a .tar, .tar.xz, .tar.bz2, .tar.zst or .zip',
    got: head.length === 0 ? 'an empty file' : `${known?.name ?? 'something else'}: ${begin}`,
    wayOut: known?.wayOut ?? archive,
  });
}
