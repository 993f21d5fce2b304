// SPDX-License-Identifier: BSD-2-Clause
/**
 * Systems of small protection domains with known console output: it is the same on minikit and, with MICROKIT_SDK set,
 * on seL4. Each system is a folder with its description and one C file for each program.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { HarnessError } from '../../../harness/base/error.js';
import { buildRoot, packageRoot } from '../../../harness/base/paths.js';
import { noProgress } from '../../../harness/base/progress.js';
import { runTool } from '../../../harness/base/run-tool.js';
import { rawLogName } from '../../../harness/machine/console-log.js';
import { qemuFor } from '../../../harness/machine/qemu/choose.js';
import { qemuTarget } from '../../../harness/machine/qemu/qemu.js';
import { findSdk } from '../../../harness/microkit/find.js';
import { minikitVersions } from '../../../harness/microkit/minikit.js';
import { type Sdk, toolOf } from '../../../harness/microkit/sdk.js';
import { knownVersion, microkitFacts } from '../../../harness/microkit/versions.js';
import { defaultVersion, has, type Version, versions } from '../../../harness/system/versions.js';
import { versionNumber } from '../../../minikit/tool/headers.js';

const sources = join(packageRoot, 'test', 'qemu', 'minikit');
const usualBoard = 'qemu_virt_aarch64';
/** Milliseconds that a system may take to its last line. */
const bootLimit = 60_000;
/** For `test`: building and two boots. */
export const limit = 120_000;

function boardOf(name: string): Board {
  const board = boards.get(name);
  if (!board) throw new Error(`no board ${name}`);
  return board;
}

/** The last line of each system's output. */
const lastLine = 'finished';
/** The output of the protection domains begins after this line. */
const ready = new RegExp(
  `^(${Object.values(microkitFacts)
    .map(({ log }) => log.ready.replace('|', '\\|'))
    .join('|')}|minikit\\|INFO: \\d+ protection domains.*)$`,
);
/** Lines of the SDK's own among them. A debug seL4 explains refused invocations in colour. */
const notTheirs = /^(MON|minikit)\|INFO: |^INFO {2}\[sel4_capdl_initializer|seL4\(CPU /;

const compilerFlags = [
  ...['-std=gnu11', '-O2', '-g', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-nostdlib', '-static'],
  ...['-fno-pic', '-fno-stack-protector', '-mcpu=cortex-a53', '-mgeneral-regs-only', '-mstrict-align'],
  ...['-Wl,--build-id=none', '-Wl,-z,max-page-size=0x1000', '-T', 'microkit.ld'],
];

/** The SDKs for these tests: MICROKIT_SDK, or minikit as each of its versions. */
export async function sdksUnderTest(): Promise<Sdk[]> {
  if (process.env.MICROKIT_SDK) return [await findSdk({ progress: noProgress })];
  const each = minikitVersions.map((microkit) =>
    findSdk({ wanted: 'minikit', microkit, progress: noProgress }),
  );
  return Promise.all(each);
}

/** The first of them, for tests that no version of Microkit affects. */
export async function sdkUnderTest(): Promise<Sdk> {
  const [first] = await sdksUnderTest();
  if (first === undefined) throw new Error('no SDK');
  return first;
}

/** Why a board cannot run here; undefined when it can, after its QEMU was fetched if necessary. */
export async function noQemuFor(board: string): Promise<string | undefined> {
  try {
    await qemuFor(boardOf(board), noProgress);
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}

interface What {
  topic: string;
  board: string;
  config: string;
}

async function build({ topic, board, config }: What, sdk: Sdk, folder: string): Promise<string> {
  const from = join(sources, topic);
  const parts = join(sdk.dir, 'board', board, config);
  const run = { fault: 'harness', cwd: from, log: join(folder, 'build.log') } as const;
  for (const file of readdirSync(from).filter((name) => name.endsWith('.c'))) {
    const assembly = file.replace(/c$/, 'S');
    const files = existsSync(join(from, assembly)) ? [file, assembly] : [file];
    const output = ['-o', join(folder, file.replace(/c$/, 'elf'))];
    const sdkParts = ['-isystem', join(parts, 'include'), '-L', join(parts, 'lib')];
    const version = `-DMICROKIT_VERSION=${versionNumber(versionOf(sdk))}`;
    const args = [...compilerFlags, version, ...sdkParts, ...files, '-lmicrokit', ...output];
    await runTool('aarch64-linux-gnu-gcc', args, { ...run, what: `${topic}/${file}` });
  }
  const image = join(folder, 'image.bin');
  const what = ['--board', board, '--config', config];
  const outputs = ['-o', image, '-r', join(folder, 'report.txt')];
  const args = [`${topic}.system`, '--search-path', folder, ...what, ...outputs];
  await runTool(toolOf(sdk.dir), args, { ...run, what: `${topic}.system` });
  return image;
}

/** All lines of the console until `isLast` is true for one, or those so far when it never is. */
async function linesUntil(isLast: (line: string) => boolean, path: string): Promise<string[]> {
  const end = Date.now() + bootLimit;
  for (;;) {
    const lines = (await readFile(path, 'latin1')).replaceAll('\r', '').split('\n');
    if (lines.slice(0, -1).some(isLast) || Date.now() > end) return lines;
    await delay(20);
  }
}

interface Boot {
  /** By default the first of `sdksUnderTest`. */
  sdk?: Sdk;
  board?: string;
  config?: string;
  /** Ends the boot; by default the line that all systems print when they are done. */
  isLast?: (line: string) => boolean;
  /** Boots on another machine than the one the image was made for. */
  machine?: (board: Board) => Board;
  /** Changes the image. */
  spoil?: (image: string) => Promise<void>;
}

/** The release whose behaviour an SDK has. */
export const versionOf = (sdk: Sdk): Version => knownVersion(sdk.version) ?? defaultVersion;

/** The output of a system's protection domains, on minikit as on seL4. It may change from some version on. */
export function expectedOf(topic: string, sdk?: Sdk): string[] {
  const version = sdk && versionOf(sdk);
  const later = versions
    .filter((one) => version !== undefined && has(version, one))
    .map((one) => join(sources, topic, `expected-${one}.txt`))
    .filter((path) => existsSync(path));
  const path = later.at(-1) ?? join(sources, topic, 'expected.txt');
  return readFileSync(path, 'latin1').trimEnd().split('\n');
}

/** Builds and boots a system, and returns every line of its console. */
export async function consoleOf(topic: string, boot: Boot = {}): Promise<string[]> {
  const { config = 'debug', isLast = (line) => line === lastLine, machine = (same) => same, spoil } = boot;
  const { board: name = usualBoard, sdk = await sdkUnderTest() } = boot;
  const board = boardOf(name);
  const folder = join(buildRoot, 'tests', 'minikit', `${topic}-${name}-${config}-${sdk.name}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    const image = await build({ topic, board: name, config }, sdk, folder);
    await spoil?.(image);
    const started = await qemuTarget(machine(board)).start(image, { folder });
    try {
      return await linesUntil(isLast, join(folder, rawLogName));
    } finally {
      await started.powerOff();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The output of a system's protection domains, up to the last line and without it. */
export async function transcriptOf(topic: string, boot: Boot = {}): Promise<string[]> {
  const lines = await consoleOf(topic, boot);
  const begin = lines.findIndex((line) => ready.test(line)) + 1;
  const end = lines.indexOf(lastLine);
  const theirs = lines.slice(begin, end < 0 ? lines.length : end).filter((line) => !notTheirs.test(line));
  return end < 0 ? [...theirs, `(no line '${lastLine}')`] : theirs;
}
