// SPDX-License-Identifier: BSD-2-Clause
/**
 * Builds a bootable image for a board with an SDK: the guest, the system description and the VMM, then the image with
 * the SDK's tool.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { buildLinuxGuest, type LinuxGuest } from '../../../guest-builder/linux/build.js';
import { debianFiles } from '../../../guest-builder/linux/debian.js';
import { type Packed, packKernel } from '../../../guest-builder/linux/pack.js';
import { requireBuildRoot } from '../../base/build-root.js';
import { explainDisk, makeFolder, writeChanged } from '../../base/disk.js';
import { withLock } from '../../base/lock.js';
import { buildRoot, cacheRoot, packageRoot } from '../../base/paths.js';
import { type Progress, step } from '../../base/progress.js';
import { runTool } from '../../base/run-tool.js';
import { installRoot } from '../../microkit/find.js';
import { makeImage, megabytes } from '../../microkit/image.js';
import { SdkStore } from '../../microkit/install/store.js';
import { useSdk } from '../../microkit/install/use.js';
import { checkPrograms, needsPacking, type Room } from '../../microkit/room.js';
import { requireBoard, type Sdk } from '../../microkit/sdk.js';
import { writeSystem } from '../../system/index.js';
import { linuxSystem, vcpusElsewhere } from './linux-system.js';
import { vmmConfig } from './vmm-config.js';

export interface BuildRequest {
  board: Board;
  sdk: Sdk;
  config: string;
  /** 1 to 4. */
  vcpus: number;
  /** Number of cores that the VMM and the vCPUs are spread over; 1 by default. */
  cores?: number | undefined;
  /** Microseconds that a vCPU runs before another one on its core gets its turn. */
  slice?: number | undefined;
  /** The user's own files. Each replaces the one that the demo would use. */
  kernel?: string | undefined;
  initrd?: string | undefined;
  dtb?: string | undefined;
  /** The VMM: a folder of sel4-vmm-c/vmm; `linux` by default. */
  program?: 'linux' | 'floor';
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** The files that a build makes, all in one folder. */
export interface Built {
  folder: string;
  image: string;
  /** The report of the SDK's tool. */
  report: string;
  system: string;
  header: string;
  vmm: string;
  guest: LinuxGuest;
  /** The guest's kernel as the VMM contains it, if it had to be packed. */
  packed: Packed | undefined;
  /** How much room the images have, where it had to be checked. */
  room: Room | undefined;
}

/** Seconds that a second build of the same folder waits for the first. */
const buildWait = 600;

/**
 * The folder of one combination. Requests that differ in anything visible to the compiler or the tool have different
 * folders.
 */
export function buildFolder(request: BuildRequest, root = join(buildRoot, 'systems')): string {
  const { board, sdk, config, vcpus, kernel, initrd, dtb, program, cores = 1, slice } = request;
  const files = [kernel, initrd, dtb].map((path) => (path === undefined ? null : resolve(path)));
  const identity = JSON.stringify([resolve(sdk.dir), ...files, ...(program === undefined ? [] : [program])]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const spread = `${cores > 1 ? `-${cores}cores` : ''}${slice === undefined ? '' : `-${slice}us`}`;
  return join(root, `${board.name}-${sdk.name}-${config}-${vcpus}vcpu${spread}-${hash}`);
}

/** Builds whatever is not up to date. Two builds of the same folder run one after the other. */
export async function buildSystem(request: BuildRequest): Promise<Built> {
  const { board, sdk, config, progress } = request;
  requireBuildRoot();
  requireBoard(sdk, board.name, config);
  const folder = buildFolder(request);
  const release = useSdk(new SdkStore(installRoot), sdk.dir);
  try {
    makeFolder(folder);
    const lock = {
      what: 'the build folder',
      wait: buildWait,
      onWait: (holder: string) =>
        progress({ kind: 'note', text: `waiting for ${holder}, which is building the same image` }),
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
  for (const text of guest.warnings) progress({ kind: 'note', text });
  const packed = await pack(guest, request);
  const system = join(folder, 'linux.system');
  const header = join(folder, 'include', 'vmm_config.h');
  await step(progress, 'system description', async () => {
    makeFolder(join(folder, 'include'));
    await writeChanged(
      system,
      writeSystem(
        linuxSystem(board, vcpus, guest.layout.ram, packed?.inflatedSize, request.cores, request.slice),
      ),
    );
    await writeChanged(
      header,
      vmmConfig(board, vcpus, guest.layout, {
        inflatedSize: packed?.inflatedSize,
        elsewhere: vcpusElsewhere(vcpus, request.cores ?? 1),
      }),
    );
  });
  const images = { kernel: packed?.path ?? guest.kernel, initrd: guest.initrd, dtb: guest.dtb };
  const zlib = packed && (await fetchZlib(request));
  await step(progress, 'VMM', () => makeVmm(folder, images, zlib, request));
  const vmm = join(folder, 'vmm_linux.elf');
  const room = await checkPrograms(request, vmm, images);
  const image = join(folder, 'loader.img');
  const report = join(folder, 'report.txt');
  await step(
    progress,
    'image',
    () => makeImage({ folder, system, vmm, image, report }, request),
    (made) => made,
  );
  return { folder, image, report, system, header, vmm, guest, packed, room };
}

function makeGuest(folder: string, { board, vcpus, kernel, initrd, dtb, progress }: BuildRequest) {
  return buildLinuxGuest({
    board,
    vcpus,
    kernel,
    initrd,
    dtb,
    outDir: join(folder, 'guest'),
    onProgress: (message, fraction) => {
      if (fraction === undefined) progress({ kind: 'start', step: `guest: ${message}` });
      else
        progress({
          kind: 'part',
          step: `guest: ${message}`,
          done: Math.round(fraction * 100),
          total: 100,
          unit: '%',
        });
    },
  });
}

/** Packs the guest's kernel if the images would not fit unpacked. */
async function pack(guest: LinuxGuest, { board, progress }: BuildRequest): Promise<Packed | undefined> {
  const sizes = [guest.kernel, guest.initrd, guest.dtb].map(async (path) => (await stat(path)).size);
  if (!needsPacking(board, await Promise.all(sizes))) return undefined;
  const onWait = (holder: string) =>
    progress({ kind: 'note', text: `waiting for ${holder}, which is packing a kernel` });
  return step(
    progress,
    'pack the kernel',
    () => packKernel(guest.kernel, onWait),
    ({ inflatedSize, size }) => `${megabytes(inflatedSize)} to ${megabytes(size)}`,
  );
}

/** zlib as Debian builds it, with which the VMM unpacks the kernel. */
async function fetchZlib({ progress }: BuildRequest): Promise<string | undefined> {
  const onProgress = (message: string) => progress({ kind: 'start', step: `VMM: ${message}` });
  const files = await debianFiles(['zlib'], { cacheDir: cacheRoot, refresh: false, onProgress });
  return files.get('zlib')?.path;
}

/** The guest's three images in the form in which the VMM contains them. */
interface Images {
  kernel: string;
  initrd: string;
  dtb: string;
}

async function makeVmm(
  folder: string,
  images: Images,
  zlib: string | undefined,
  { board, sdk, config, program = 'linux', signal }: BuildRequest,
) {
  const variables = {
    PROGRAM: program,
    MICROKIT_SDK: resolve(sdk.dir),
    BOARD: board.name,
    CONFIG: config,
    BUILD: folder,
    VMM_CONFIG_DIR: join(folder, 'include'),
    GUEST_KERNEL: resolve(images.kernel),
    GUEST_DTB: resolve(images.dtb),
    GUEST_INITRD: resolve(images.initrd),
    ...(zlib !== undefined && { ZLIB: resolve(zlib) }),
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
