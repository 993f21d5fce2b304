// SPDX-License-Identifier: BSD-2-Clause
/** libvmm compiled for this machine with AddressSanitizer and UBSan, and driven line by line (subject/main.c). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildRoot, packageRoot } from '../../../harness/base/paths.js';

const subjectFolder = join(packageRoot, 'test/unit/libvmm/subject');
const library = join(packageRoot, 'sel4-vmm-c/libvmm');
/** The parts of the VMM for Linux that can be compiled for this machine. */
const vmm = join(packageRoot, 'sel4-vmm-c/vmm/linux');
const headers = join(packageRoot, 'minikit/libmicrokit/include');

const files = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));

/** Sources besides the library's. */
const ownSources = (): string[] => [...files(subjectFolder, '.c'), join(vmm, 'unpack.c')];
/** The source of the library that depends on the board, which is this folder's. */
const config = join(library, 'src', 'config.c');

/** The objects of all that is not in `src/` of the library, or depends on this folder, each with its source. */
const ownObjects = (folder: string): [source: string, object: string][] =>
  [...ownSources(), config].map((source, index) => [source, join(folder, `${index}.o`)]);

export function compileOwn(folder: string): void {
  for (const [source, object] of ownObjects(folder))
    execFileSync('gcc', [...compilerFlags, '-c', '-o', object, source]);
}

/** Links the objects of {@link compileOwn} with those of a library. */
export function linkWith(folder: string, objects: string, program: string): void {
  const own = ownObjects(folder).map(([, object]) => object);
  const others = files(objects, '.o').filter((name) => basename(name) !== 'config.o');
  const trap = ['-fsanitize=undefined', '-fsanitize-undefined-trap-on-error'];
  execFileSync('gcc', ['-no-pie', '-fuse-ld=lld', ...trap, '-o', program, ...own, ...others]);
}

const compilerFlags: readonly string[] = [
  '-std=gnu11',
  '-O1',
  '-g',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-fno-pie',
  '-no-pie',
  '-fno-builtin',
  ...[subjectFolder, join(library, 'include'), join(library, 'src'), vmm].map((path) => `-I${path}`),
  '-isystem',
  headers,
];

/** Compiled once for all test files, as long as no source changes. `cores`: those of the kernel. */
function compile(cores: number): string {
  const sources = [...ownSources(), ...files(join(library, 'src'), '.c')];
  const all = [...sources, ...[subjectFolder, library, vmm, headers].flatMap((one) => files(one, '.h'))];
  const hash = createHash('sha256');
  for (const file of all) hash.update(readFileSync(file));
  const folder = join(buildRoot, 'test', 'libvmm');
  const binary = join(folder, `${hash.digest('hex').slice(0, 16)}-${cores}`);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const own = `${binary}.${process.pid}`;
  execFileSync(
    'gcc',
    [...compilerFlags, `-DCONFIG_MAX_NUM_NODES=${cores}`, ...sanitizers, '-o', own, ...sources],
    { stdio: 'inherit' },
  );
  renameSync(own, binary);
  return binary;
}

let compiled: string | undefined;

/** Puts the lines to a program, by default the library's, in a new process. */
export function askProgram(lines: readonly string[], program?: string): string[] {
  if (program === undefined) compiled ??= compile(1);
  const answer = execFileSync(program ?? compiled ?? '', {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  return answer.split('\n').slice(0, lines.length);
}

let compiledForCores: string | undefined;

/** The same for a kernel with four cores. */
export function askOnCores(lines: readonly string[]): string[] {
  compiledForCores ??= compile(4);
  return askProgram(lines, compiledForCores);
}

export type Ask = (lines: readonly string[]) => string[];
let asked: Ask = askProgram;

/** From now on, {@link ask} is answered by `instead`. */
export function answerBy(instead: Ask): void {
  asked = instead;
}

/** Runs the lines in a new process. Returns its answers, one for each line. */
export const ask: Ask = (lines) => asked(lines);

/** A number in the format of the subject. */
export const hex = (value: number | bigint): string => value.toString(16);
