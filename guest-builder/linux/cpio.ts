// SPDX-License-Identifier: BSD-2-Clause
/**
 * Writes the archive that Linux unpacks as its first root file system: cpio in the "newc" format (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * The bytes depend only on the entries: inode numbers count up from 1, every time is 0, every owner is root.
 */

export type CpioEntry =
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; data: Uint8Array }
  | { kind: 'symlink'; path: string; target: string }
  | { kind: 'character device'; path: string; mode: number; major: number; minor: number };

/** File type bits of the mode field, as in stat(2). */
const typeBits: Record<CpioEntry['kind'], number> = {
  directory: 0o040000,
  file: 0o100000,
  symlink: 0o120000,
  'character device': 0o020000,
};

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}

function record(entry: CpioEntry, inode: number): Buffer {
  const name = Buffer.from(`${entry.path}\0`);
  let body: Uint8Array = Buffer.alloc(0);
  if (entry.kind === 'file') body = entry.data;
  else if (entry.kind === 'symlink') body = Buffer.from(entry.target);
  const device = entry.kind === 'character device' ? entry : { major: 0, minor: 0 };
  const permissions = entry.kind === 'symlink' ? 0o777 : entry.mode;
  const fields = [
    inode,
    typeBits[entry.kind] | permissions,
    0, // uid
    0, // gid
    entry.kind === 'directory' ? 2 : 1, // links
    0, // mtime
    body.length,
    0, // major and minor number of the device that holds the file
    0,
    device.major,
    device.minor,
    name.length,
    0, // checksum, not used in this format
  ];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(Buffer.from(body))]);
}

/**
 * The archive of `entries`, in order: a directory comes before its contents. Paths are relative, without a leading
 * slash.
 */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const records = entries.map((entry, index) => record(entry, index + 1));
  const trailer = record({ kind: 'file', path: 'TRAILER!!!', mode: 0, data: Buffer.alloc(0) }, 0);
  return Buffer.concat([...records, trailer]);
}
