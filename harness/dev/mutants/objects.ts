// SPDX-License-Identifier: BSD-2-Clause
/** Whether a mutant compiles, and whether the compiler produces the same code for it as for another source. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildRoot, packageRoot } from '../../base/paths.js';

const headers = (library: string): string[] => [
  `-I${join(packageRoot, 'sel4-vmm-c', 'conform', 'host', 'include')}`,
  `-I${join(buildRoot, 'conform', 'protocol')}`,
  '-isystem',
  join(packageRoot, 'minikit', 'libmicrokit', 'include'),
  `-I${join(library, 'include')}`,
  `-I${join(library, 'src')}`,
];

/** Without debug information and sanitizers, so that the object contains neither lines nor columns. */
const flags = ['-std=gnu11', '-O2', '-g0', '-ffreestanding', '-w', '-fno-pie', '-x', 'c', '-S', '-o', '-'];

/** A hash of an object of the flavour `mutant`, which contains neither lines nor columns. */
export const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A hash of the compiler's output for a source of the library; `undefined` when it refuses the source. */
export async function objectHash(library: string, file: string): Promise<string | undefined> {
  const path = join(library, 'src', file);
  const made = await execa('gcc', [...headers(library), ...flags, path], { reject: false });
  if (made.exitCode !== 0) return undefined;
  return createHash('sha256').update(made.stdout).digest('hex');
}
