// SPDX-License-Identifier: BSD-2-Clause
/** libvmm compiled for this machine with AddressSanitizer and UBSan, and driven line by line (subject/main.c). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { buildRoot, packageRoot } from '../../../harness/base/paths.js';

const here = join(packageRoot, 'test/unit/libvmm/subject');
const library = join(packageRoot, 'sel4-vmm-c/libvmm');
/** The parts of the VMM for Linux that can be compiled for this machine. */
const vmm = join(packageRoot, 'sel4-vmm-c/vmm/linux');

const files = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));

/** Compiled once for all test files, as long as no source changes. */
function compile(): string {
  const headers = join(packageRoot, 'minikit/libmicrokit/include');
  const sources = [
    ...[here, join(library, 'src')].flatMap((folder) => files(folder, '.c')),
    join(vmm, 'unpack.c'),
  ];
  const all = [...sources, ...[here, library, vmm, headers].flatMap((folder) => files(folder, '.h'))];
  const hash = createHash('sha256');
  for (const file of all) hash.update(readFileSync(file));
  const folder = join(buildRoot, 'test', 'libvmm');
  const binary = join(folder, hash.digest('hex').slice(0, 16));
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const includes = [here, join(library, 'include'), join(library, 'src'), vmm].map((path) => `-I${path}`);
  const flags = [
    '-std=gnu11',
    '-O1',
    '-g',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fno-pie',
    '-no-pie',
    '-fno-builtin',
    ...sanitizers,
  ];
  const own = `${binary}.${process.pid}`;
  execFileSync('gcc', [...flags, ...includes, '-isystem', headers, '-o', own, ...sources], {
    stdio: 'inherit',
  });
  renameSync(own, binary);
  return binary;
}

const program = compile();

/** Runs the lines in a new process. Returns its answers, one for each line. */
export function ask(lines: string[]): string[] {
  const answer = execFileSync(program, { input: `${lines.join('\n')}\n`, encoding: 'utf8' });
  return answer.split('\n').slice(0, lines.length);
}

/** A number in the format of the subject. */
export const hex = (value: number | bigint): string => value.toString(16);
