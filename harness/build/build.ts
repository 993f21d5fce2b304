// SPDX-License-Identifier: BSD-2-Clause
/** From a board and an SDK to an image that boots: guest, system description, VMM, and the SDK's tool over all. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { buildLinuxGuest, type LinuxGuest } from '../../guest-builder/linux/build.js';
import { explainDisk, writeChanged } from '../disk.js';
import { HarnessError } from '../error.js';
import { withLock } from '../lock.js';
import { buildRoot, packageRoot } from '../paths.js';
import { type Progress, step } from '../progress.js';
import { runTool } from '../run-tool.js';
import { installRoot } from '../sdk/find.js';
import { SdkStore } from '../sdk/install/store.js';
import { useSdk } from '../sdk/install/use.js';
import { checkTool, requireBoard, type Sdk, toolOf } from '../sdk/sdk.js';
import { writeSystem } from '../system/index.js';
import { linuxSystem } from './linux-system.js';
import { vmmConfig } from './vmm-config.js';

export interface BuildRequest {
  board: Board;
  sdk: Sdk;
  config: string;
  /** 1 to 4. */
  vcpus: number;
  /** Files of the user's, each instead of ours. */
  kernel?: string | undefined;
  initrd?: string | undefined;
  dtb?: string | undefined;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** What was built, all in one folder. */
export interface Built {
  folder: string;
  image: string;
  /** The tool's report. */
  report: string;
  system: string;
  header: string;
  vmm: string;
  guest: LinuxGuest;
}

/** Seconds that a second build of the same folder waits for the first. */
const buildWait = 600;

/** One folder for each combination: what differs in anything that the compiler or the tool sees lies apart. */
export function buildFolder(request: BuildRequest, root = join(buildRoot, 'systems')): string {
  const { board, sdk, config, vcpus, kernel, initrd, dtb } = request;
  const files = [kernel, initrd, dtb].map((path) => (path === undefined ? null : resolve(path)));
  const identity = JSON.stringify([resolve(sdk.dir), ...files]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  return join(root, `${board.name}-${sdk.name}-${config}-${vcpus}vcpu-${hash}`);
}

/** Builds what is not up to date. Two builds of one folder do it one after the other. */
export async function buildSystem(request: BuildRequest): Promise<Built> {
  const { board, sdk, config, progress } = request;
  requireBoard(sdk, board.name, config);
  const folder = buildFolder(request);
  const release = useSdk(new SdkStore(installRoot), sdk.dir);
  try {
    await mkdir(folder, { recursive: true });
    const lock = {
      what: 'the build folder',
      wait: buildWait,
      onWait: (holder: string) =>
        progress({ kind: 'note', text: `${holder} is building the same; waiting for it` }),
    };
    return await withLock(join(folder, 'lock'), lock, () => buildIn(folder, request));
  } catch (error) {
    throw explainDisk(error, folder);
  } finally {
    release();
  }
}

async function buildIn(folder: string, request: BuildRequest): Promise<Built> {
  const { board, vcpus, progress } = request;
  const guest = await step(
    progress,
    'guest',
    () => makeGuest(folder, request),
    ({ kernelRelease }) =>
      kernelRelease === undefined ? 'kernel of unknown release' : `Linux ${kernelRelease}`,
  );
  const system = join(folder, 'linux.system');
  const header = join(folder, 'include', 'vmm_config.h');
  await step(progress, 'system description', async () => {
    await mkdir(join(folder, 'include'), { recursive: true });
    await writeChanged(system, writeSystem(linuxSystem(board, vcpus, guest.layout.ram)));
    await writeChanged(header, vmmConfig(board, vcpus, guest.layout));
  });
  await step(progress, 'VMM', () => makeVmm(folder, guest, request));
  const vmm = join(folder, 'vmm_linux.elf');
  const image = join(folder, 'loader.img');
  const report = join(folder, 'report.txt');
  await step(
    progress,
    'image',
    () => makeImage({ folder, system, vmm, image, report }, request),
    (made) => made,
  );
  return { folder, image, report, system, header, vmm, guest };
}

function makeGuest(folder: string, { board, vcpus, kernel, initrd, dtb, progress }: BuildRequest) {
  return buildLinuxGuest({
    board,
    vcpus,
    kernel,
    initrd,
    dtb,
    outDir: join(folder, 'guest'),
    onProgress: (words, fraction) => {
      if (fraction === undefined) progress({ kind: 'start', step: `guest: ${words}` });
      else
        progress({
          kind: 'part',
          step: `guest: ${words}`,
          done: Math.round(fraction * 100),
          total: 100,
          unit: '%',
        });
    },
  });
}

async function makeVmm(folder: string, guest: LinuxGuest, { board, sdk, config, signal }: BuildRequest) {
  const variables = {
    MICROKIT_SDK: resolve(sdk.dir),
    BOARD: board.name,
    CONFIG: config,
    BUILD: folder,
    VMM_CONFIG_DIR: join(folder, 'include'),
    GUEST_KERNEL: resolve(guest.kernel),
    GUEST_DTB: resolve(guest.dtb),
    GUEST_INITRD: resolve(guest.initrd),
  };
  const args = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  await runTool('make', ['-C', join(packageRoot, 'sel4-vmm-c'), '-j2', ...args], {
    what: "the VMM's build",
    fault: 'product',
    cwd: folder,
    log: join(folder, 'vmm.log'),
    signal,
  });
}

interface ImageFiles {
  folder: string;
  system: string;
  vmm: string;
  image: string;
  report: string;
}

/** What the image was made of, so that it is made again only when one of these changes. */
async function imageInputs(files: ImageFiles, { board, sdk, config }: BuildRequest): Promise<string> {
  const programs = join(sdk.dir, 'board', board.name, config, 'elf');
  const names = (await readdir(programs)).sort();
  const hashes = [toolOf(sdk.dir), ...names.map((name) => join(programs, name))].map(async (path) => {
    const hash = createHash('sha256').update(await readFile(path));
    return `${path} ${hash.digest('hex')}\n`;
  });
  // The VMM holds the guest's images and is large; make touches it only when it links it.
  const { size, mtimeNs, ino } = await stat(files.vmm, { bigint: true });
  const vmm = `${files.vmm} ${size} ${mtimeNs} ${ino}\n`;
  return `${await readFile(files.system, 'utf8')}\n${vmm}${(await Promise.all(hashes)).join('')}`;
}

/** Runs the SDK's tool; gives what the report says of it. */
async function makeImage(files: ImageFiles, request: BuildRequest): Promise<string> {
  const { board, sdk, config, signal } = request;
  const { folder, system, image, report } = files;
  const tool = toolOf(sdk.dir);
  const stamp = join(folder, 'image.inputs');
  const inputs = await imageInputs(files, request);
  const before = await readFile(stamp, 'utf8').catch(() => '');
  const there = await stat(image).catch(() => undefined);
  if (there && before === inputs) return `${megabytes(there.size)}, up to date`;
  await rm(stamp, { force: true });
  const partial = `${image}.partial`;
  const where = ['--search-path', folder, '--board', board.name, '--config', config];
  await runTool(tool, [system, ...where, '-o', partial, '-r', report], {
    what: `the Microkit tool of ${sdk.name}`,
    fault: 'product',
    cwd: folder,
    log: join(folder, 'tool.log'),
    // The tool believes this variable before its own place.
    env: { MICROKIT_SDK: resolve(sdk.dir) },
    signal,
  }).catch(async (error) => {
    // A program for another kind of host fails in many ways; that it is one says more than any of them.
    await checkTool(sdk);
    throw error;
  });
  const { size } = await stat(partial);
  checkFits(board, size, image);
  await rename(partial, image);
  await writeFile(stamp, inputs);
  return megabytes(size);
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Refuses an image that does not fit between its load address and the end of the board's memory there. */
export function checkFits(board: Board, size: number, image: string): void {
  const bank = board.memory.find(
    ({ base, size: length }) => board.loadAddress >= base && board.loadAddress < base + length,
  );
  const room = bank ? bank.base + bank.size - board.loadAddress : 0;
  if (size <= room) return;
  throw new HarnessError('usage', `the image is larger than the memory of ${board.name} allows`, {
    where: image,
    expected: `at most ${room} bytes from the load address 0x${board.loadAddress.toString(16)}`,
    got: `${size} bytes`,
    wayOut: 'take a smaller guest kernel or initrd',
  });
}
