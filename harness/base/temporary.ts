// SPDX-License-Identifier: BSD-2-Clause
/**
 * Temporary folders, named after the process that works in them: what a killed one left is swept away by the next. Their
 * paths are short and plain, whatever TMPDIR says: a Unix socket's may have 107 bytes (unix(7)), and QEMU, socat and the
 * mtools give commas, colons and blanks a meaning.
 */
import { accessSync, constants, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from './error.js';

/** Field 22 of /proc/PID/stat (proc(5)), when a process started; the name before it may hold spaces and brackets. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

const prefix = 'vmm-harness';
const ours = new RegExp(`^${prefix}\\.[a-z-]+\\.(\\d+)\\.(\\d+)\\.\\w+$`);
/** Bytes of the folder that temporary folders are made in: what is left is for their own names and a socket's. */
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

/** Where temporary folders are made: TMPDIR where its path will do, else /tmp. Throws HarnessError (infrastructure). */
export function temporaryRoot(wanted = tmpdir()): string {
  const found = [wanted, '/tmp', '/var/tmp'].find(isGood);
  if (found !== undefined) return found;
  throw new HarnessError('infrastructure', 'there is no folder for temporary files', {
    where: wanted,
    expected: `a folder that can be written, with a path of at most ${longest} letters, digits and "/._+@-"`,
    wayOut: 'set TMPDIR to one',
  });
}

/** Removes what processes of ours that are gone left in `root`. Another user's is left alone. */
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
      // Another has just swept it.
    }
  }
}

const swept = new Set<string>();

/** Makes an empty folder for `what` (letters and hyphens); its maker removes it. */
export function temporaryFolder(what: string, wanted?: string): Promise<string> {
  const root = temporaryRoot(wanted);
  if (!swept.has(root)) sweep(root);
  swept.add(root);
  return mkdtemp(join(root, `${prefix}.${what}.${process.pid}.${startOf(process.pid) ?? 0}.`));
}
