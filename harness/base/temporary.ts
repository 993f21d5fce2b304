// SPDX-License-Identifier: BSD-2-Clause
/**
 * Temporary folders, named after the process that works in them: the next process removes the leftovers of a killed
 * one. Their paths are short and plain, whatever TMPDIR is: the path of a Unix socket may have 107 bytes (unix(7)), and
 * commas, colons and blanks are special to QEMU, socat and the mtools.
 */
import { accessSync, constants, lstatSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from './error.js';
import { startOf } from './process-stat.js';

const prefix = 'vmm-harness';
const ours = new RegExp(`^${prefix}\\.[a-z-]+\\.(\\d+)\\.(\\d+)\\.\\w+$`);
/**
 * Bytes of the path in which temporary folders are created. The rest of a socket's path is for their own names and the
 * socket's.
 */
const longest = 40;
const plain = /^[\w/.+@-]*$/;

function isGood(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return plain.test(folder) && folder.length <= longest;
  } catch {
    return false;
  }
}

/**
 * Where temporary folders are created: in TMPDIR if its path is suitable, else in /tmp. Throws HarnessError
 * (infrastructure).
 */
export function temporaryRoot(wanted = tmpdir()): string {
  const found = [wanted, '/tmp', '/var/tmp'].find(isGood);
  if (found !== undefined) return found;
  throw new HarnessError('infrastructure', 'no folder is suitable for temporary files', {
    where: wanted,
    expected: `a writable folder with a path of at most ${longest} letters, digits and "/._+@-"`,
    wayOut: 'set TMPDIR to such a folder',
  });
}

/** Removes from `root` the folders of this user's processes that are gone. */
export function sweep(root: string): void {
  for (const name of readdirSync(root)) {
    const [, pid, started] = ours.exec(name) ?? [];
    if (pid === undefined || startOf(Number(pid)) === started) continue;
    const path = join(root, name);
    try {
      const stat = lstatSync(path);
      if (stat.isDirectory() && stat.uid === process.geteuid?.())
        rmSync(path, { recursive: true, force: true });
    } catch {
      // Another process has just removed it.
    }
  }
}

const swept = new Set<string>();

/** Creates an empty folder for `what` (letters and hyphens). The caller removes it. */
export function temporaryFolder(what: string, wanted?: string): Promise<string> {
  const root = temporaryRoot(wanted);
  if (!swept.has(root)) sweep(root);
  swept.add(root);
  return mkdtemp(join(root, `${prefix}.${what}.${process.pid}.${startOf(process.pid) ?? 0}.`));
}
