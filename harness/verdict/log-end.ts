// SPDX-License-Identifier: BSD-2-Clause
/** The end of a console's log: a flooding guest leaves more than can be held or shown. */
import { closeSync, readSync } from 'node:fs';
import { limits } from '../base/limits.js';
import { openRegular } from '../base/read-file.js';

const chunk = 1 << 20;
const lineEnd = 0x0a;

/** Number of line ends in the first bytes of a file. */
function lineEnds(fd: number, bytes: number): number {
  const buffer = Buffer.allocUnsafe(chunk);
  let count = 0;
  for (let from = 0; from < bytes; ) {
    const read = readSync(fd, buffer, 0, Math.min(chunk, bytes - from), from);
    if (read === 0) break;
    const part = buffer.subarray(0, read);
    for (let at = part.indexOf(lineEnd); at >= 0; at = part.indexOf(lineEnd, at + 1)) count += 1;
    from += read;
  }
  return count;
}

/**
 * The last whole lines of a log, and the number of lines before them. Throws HarnessError (usage) when it is not a
 * regular file.
 */
export function logEnd(path: string): { text: string; before: number } {
  const { fd, size } = openRegular(path, { what: 'the log of a console' });
  try {
    const from = Math.max(0, size - limits.shownLog.most);
    const bytes = Buffer.alloc(size - from);
    const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, from));
    if (from === 0) return { text, before: 0 };
    // The first line may be incomplete.
    const begin = text.indexOf('\n') + 1;
    return { text: text.slice(begin), before: lineEnds(fd, from) + Math.sign(begin) };
  } finally {
    closeSync(fd);
  }
}
