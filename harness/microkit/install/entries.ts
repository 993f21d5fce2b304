// SPDX-License-Identifier: BSD-2-Clause
/**
 * Decides which entries of an archive may become files. Everything must be inside one top folder, which is stripped
 * from the names. Nothing may reach outside it.
 */
import { posix } from 'node:path';
import { limits } from '../../base/limits.js';

export interface ArchiveLimits {
  /** Files, folders and links. */
  entries: number;
  /** Bytes of all files together. */
  bytes: number;
}

export const archiveLimits: ArchiveLimits = { entries: limits.sdkEntries.most, bytes: limits.sdkFiles.most };

/** The part of tar's `ReadEntry` that is checked and, with its new names, unpacked. */
export interface Entry {
  type: string;
  path: string;
  linkpath?: string | undefined;
  size: number;
  mode?: number | undefined;
}

const files = ['File', 'OldFile', 'ContiguousFile'];
const ownerMayExecute = 0o100;

/** The names between the slashes, without empty ones and `.`. */
function segments(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Checks the entries of one archive, in order. */
export class EntryFilter {
  /** The top folder; undefined before the first entry. */
  root: string | undefined;
  /** Files and folders so far. */
  count = 0;
  /** The first entry that may not be unpacked, and the reason. */
  refusal: { path: string; reason: string } | undefined;

  #bytes = 0;
  /** The type of each accepted path and of each folder above one. */
  readonly #kinds = new Map<string, 'file' | 'folder' | 'link'>();

  readonly #limits: ArchiveLimits;

  constructor(limits: ArchiveLimits = archiveLimits) {
    this.#limits = limits;
  }

  /** Whether to unpack `entry`. Strips the top folder from its names and sets its mode to 0755 or 0644. */
  take(entry: Entry): boolean {
    if (this.refusal !== undefined) return false;
    const path = entry.path;
    const reason = this.#wrong(entry);
    if (reason !== undefined) this.refusal = { path, reason };
    return reason === undefined && entry.path !== '';
  }

  #wrong(entry: Entry): string | undefined {
    const nameFault =
      wrongName(entry.path) ?? (entry.linkpath === undefined ? undefined : wrongText(entry.linkpath));
    if (nameFault !== undefined) return nameFault;
    const [root, ...rest] = segments(entry.path);
    const isFolder = entry.type === 'Directory' || entry.type === 'GNUDumpDir';
    entry.path = rest.join('/');
    if (root === undefined) return isFolder ? undefined : 'it has no name';
    this.root ??= root;
    if (root !== this.root) return `it is beside the folder '${this.root}', not in it`;
    if (rest.length === 0) return isFolder ? undefined : 'it is beside the folder of the SDK, not in it';
    return this.#wrongSize(entry) ?? this.#wrongKind(entry, isFolder);
  }

  #wrongSize(entry: Entry): string | undefined {
    this.count += 1;
    this.#bytes += entry.size;
    if (this.count > this.#limits.entries) return `it exceeds the limit of ${this.#limits.entries} entries`;
    if (this.#bytes > this.#limits.bytes)
      return `with it the files exceed the limit of ${this.#limits.bytes} bytes`;
    return undefined;
  }

  #wrongKind(entry: Entry, isFolder: boolean): string | undefined {
    const { path } = entry;
    const placeFault = this.#wrongPlace(path, isFolder);
    if (placeFault !== undefined) return placeFault;
    if (isFolder) {
      this.#kinds.set(path, 'folder');
      entry.mode = 0o755;
      return undefined;
    }
    if (files.includes(entry.type)) {
      this.#kinds.set(path, 'file');
      entry.mode = (entry.mode ?? 0) & ownerMayExecute ? 0o755 : 0o644;
      return undefined;
    }
    this.#kinds.set(path, 'link');
    if (entry.type === 'SymbolicLink') return wrongTarget(path, entry.linkpath ?? '');
    if (entry.type !== 'Link') return `it is not a file, folder or link, but ${entry.type}`;
    const [root, ...rest] = segments(entry.linkpath ?? '');
    entry.linkpath = rest.join('/');
    const known = root === this.root && this.#kinds.get(entry.linkpath) === 'file';
    return known ? undefined : 'it is a link to something other than an earlier file of the archive';
  }

  #wrongPlace(path: string, isFolder: boolean): string | undefined {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const above = path.slice(0, end);
      const kind = this.#kinds.get(above) ?? 'folder';
      if (kind !== 'folder') return `it is in '${above}', which is a ${kind}`;
      this.#kinds.set(above, kind);
    }
    const kind = this.#kinds.get(path);
    return kind === undefined || (isFolder && kind === 'folder') ? undefined : 'it appears twice';
  }
}

function wrongText(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
  return /[\u0000-\u001f\u007f\\]/.test(text)
    ? 'its name contains a backslash or a control character'
    : undefined;
}

function wrongName(path: string): string | undefined {
  if (path.startsWith('/')) return 'its path is absolute';
  if (path.split('/').includes('..')) return "its path contains '..'";
  return wrongText(path);
}

/**
 * A symbolic link may ascend only at its start, and not above the top. The rest of its target descends. It may pass
 * through another link, which itself stays inside; but a `..` after such a link could leave, whatever the text looks
 * like.
 */
function wrongTarget(path: string, target: string): string | undefined {
  if (posix.isAbsolute(target)) return `it is a link to the absolute path ${target}`;
  const names = segments(target);
  const down = names.findIndex((name) => name !== '..');
  const ups = down === -1 ? names.length : down;
  const leaves = ups > segments(path).length - 1 || names.slice(ups).includes('..');
  return leaves ? `it is a link to ${target}, outside the archive` : undefined;
}
