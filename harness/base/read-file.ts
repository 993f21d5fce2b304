// SPDX-License-Identifier: BSD-2-Clause
/**
 * Reads a file from elsewhere: it must be a regular file within its limit. Opening a FIFO would wait for a writer that
 * never comes, and /dev/zero has no end; neither is read.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { type Fault, HarnessError } from './error.js';
import { type Limit, showLimit } from './limits.js';

export interface FileToRead {
  /** How errors name the file: `the lab file`. */
  what: string;
  limit: Limit;
  /** Whose fault it is when the file cannot be read; by default the user's. */
  fault?: Fault;
  wayOut?: string;
}

const chunk = 2 ** 20;

/** What kind of file a path names when it is not a regular one. */
export function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** The system's own message for a failed file operation: `no such file or directory`. */
export function systemMessage(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  const [, known] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return known ?? message;
}

/** Refuses a size above the limit. */
export function requireWithin(
  bytes: number,
  path: string,
  { what, limit, fault = 'usage' }: FileToRead,
): void {
  if (bytes <= limit.most) return;
  throw new HarnessError(fault, `${what} is too large`, {
    where: path,
    expected: `at most ${showLimit(limit)}, the limit for ${limit.of}`,
    got: `${bytes} bytes`,
  });
}

/**
 * A descriptor of the regular file at `path`, and its size. Throws HarnessError when it is not a regular file or cannot
 * be opened.
 */
export function openRegular(path: string, file: Omit<FileToRead, 'limit'>): { fd: number; size: number } {
  const { what, fault = 'usage', wayOut } = file;
  let fd: number;
  try {
    // Without O_NONBLOCK, opening a FIFO would wait. The flag does not affect regular files.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (cause) {
    throw new HarnessError(fault, `${what} cannot be read`, {
      where: path,
      got: systemMessage(cause),
      ...(wayOut !== undefined && { wayOut }),
      cause,
    });
  }
  const stats = fstatSync(fd);
  if (stats.isFile()) return { fd, size: stats.size };
  closeSync(fd);
  throw new HarnessError(fault, `${what} is not a regular file`, { where: path, got: kindOf(stats) });
}

/** The bytes of the regular file at `path`. Throws HarnessError when it cannot be read or is larger than its limit. */
export function readRegularFile(path: string, file: FileToRead): Buffer {
  const { fd, size } = openRegular(path, file);
  try {
    requireWithin(size, path, file);
    return readToEnd(fd, size, path, file);
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    const got = systemMessage(cause);
    throw new HarnessError(file.fault ?? 'usage', `${file.what} cannot be read`, { where: path, got, cause });
  } finally {
    closeSync(fd);
  }
}

/** Everything that a descriptor yields. A file can grow while it is read, and a file of /proc has a size of 0. */
function readToEnd(fd: number, size: number, path: string, file: FileToRead): Buffer {
  let bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(fd, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    requireWithin(length, path, file);
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(chunk)]);
  }
}
