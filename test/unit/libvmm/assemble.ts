// SPDX-License-Identifier: BSD-2-Clause
/** Assembles A64 instructions. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../support/folder.js';

/** One word for each line of assembly. */
export async function assemble(lines: string[]): Promise<number[]> {
  const source = `.arch armv8.4-a\n${lines.join('\n')}\n`;
  return inFolder({ 'a.s': source }, (folder) => {
    const object = join(folder, 'a.o');
    const binary = join(folder, 'a.bin');
    execFileSync('aarch64-linux-gnu-as', ['-o', object, join(folder, 'a.s')]);
    execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', '-j', '.text', object, binary]);
    const bytes = readFileSync(binary);
    return lines.map((_, i) => bytes.readUInt32LE(4 * i));
  });
}
