// SPDX-License-Identifier: BSD-2-Clause
/** A Linux guest: kernel, initrd and device tree that fit together and into the guest's RAM. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board, Range } from '../../boards/board.js';
import { explainDisk, writeChanged } from '../../harness/base/disk.js';
import { HarnessError } from '../../harness/base/error.js';
import { limits } from '../../harness/base/limits.js';
import { cacheRoot } from '../../harness/base/paths.js';
import { readRegularFile } from '../../harness/base/read-file.js';
import { type DebianFile, debianFiles, kernelFile } from './debian.js';
import { deviceTreeSource } from './device-tree.js';
import { claimedInitrd, compileDeviceTree, readDtb } from './dtb.js';
import { checkPageSize, imageHeader, kernelRelease } from './image.js';
import { makeInitrd } from './initrd.js';
import { type GuestLayout, layoutGuest } from './layout.js';
import { checkTree } from './tree-check.js';
import { plainImage } from './unpack.js';

export interface LinuxGuestRequest {
  board: Board;
  /** 1 to 4. */
  vcpus: number;
  /** The guest's RAM (IPA, bytes); the board's default when not given. */
  ram?: Range | undefined;
  /** IPA of the device tree; the last 2 MiB of RAM when not given. */
  dtbAddress?: number | undefined;
  /** IPA of the initrd; right below the device tree, or where a user's device tree says. */
  initrdAddress?: number | undefined;
  /** A user's own files, each instead of ours. */
  kernel?: string | undefined;
  initrd?: string | undefined;
  dtb?: string | undefined;
  /** The kernel's command line instead of ours; of no use with a `dtb`. */
  bootargs?: string | undefined;
  /** Folder for what is made. */
  outDir: string;
  /** Kernel and initrd are put there as well, also when they could be used where they lie. */
  complete?: boolean | undefined;
  /** Where packages are kept; the user's cache when not given. */
  cacheDir?: string | undefined;
  /** Ask the mirror for newer packages although the cache has some. */
  refresh?: boolean | undefined;
  /** Told what is being done, and the share done (0 to 1) where that is known. */
  onProgress?: ((step: string, fraction?: number) => void) | undefined;
}

export interface LinuxGuest {
  /** Paths of the three files: the Image is plain, never packed. */
  kernel: string;
  initrd: string;
  dtb: string;
  layout: GuestLayout;
  /** What `uname -r` will say; undefined when the kernel does not tell. */
  kernelRelease: string | undefined;
  /** What of the user's files may not be as it is meant. */
  warnings: string[];
}

const maxVcpus = 4;

/**
 * The command line for Debian's kernel: `earlycon` shows what happens before the UART's driver is up, and
 * `cryptomgr.notests` leaves out tests of the kernel's own ciphers, which take two thirds of the boot's instructions.
 */
export function defaultBootargs(board: Board): string {
  return `console=${board.uart.linuxName} earlycon cryptomgr.notests`;
}

const named = (option: string) => `the file given with ${option}`;

function checkVcpus(vcpus: number): void {
  if (Number.isInteger(vcpus) && vcpus >= 1 && vcpus <= maxVcpus) return;
  throw new HarnessError('usage', 'the number of vCPUs is out of range', {
    expected: `1 to ${maxVcpus}`,
    got: String(vcpus),
    wayOut: '--vcpus 1',
  });
}

/** Makes the guest's three images, or takes the user's, and places them. */
export async function buildLinuxGuest(request: LinuxGuestRequest): Promise<LinuxGuest> {
  const { board, vcpus, outDir } = request;
  const ram = request.ram ?? board.guest.ram;
  checkVcpus(vcpus);
  try {
    await mkdir(outDir, { recursive: true });
    const { kernel, initrd } = await images(request);
    const header = imageHeader(kernel.data, kernel.path);
    checkPageSize(header, board, kernel.path);
    const place = (dtbSize: number, initrdAddress: number | undefined) =>
      layoutGuest({
        ram,
        kernel: header,
        dtbSize,
        initrdSize: initrd.data.length,
        dtbAddress: request.dtbAddress,
        initrdAddress,
      });
    const dtb = join(outDir, 'guest.dtb');
    let layout: GuestLayout;
    let warnings: string[] = [];
    if (request.dtb !== undefined) {
      const tree = readDtb(request.dtb, named('--dtb'));
      layout = place(tree.blob.length, request.initrdAddress ?? claimedInitrd(tree)?.base);
      warnings = checkTree(tree, { board, ...layout });
      await writeChanged(dtb, tree.blob);
    } else {
      // Where the initrd lies does not depend on the size of the device tree, which has room for any.
      const bootargs = request.bootargs ?? defaultBootargs(board);
      const source = deviceTreeSource({
        board,
        vcpus,
        ram,
        initrd: place(0, request.initrdAddress).initrd,
        bootargs,
      });
      const blob = await compileDeviceTree(source);
      layout = place(blob.length, request.initrdAddress);
      await writeChanged(join(outDir, 'guest.dts'), source);
      await writeChanged(dtb, blob);
    }
    return {
      kernel: kernel.path,
      initrd: initrd.path,
      dtb,
      layout,
      kernelRelease: kernelRelease(kernel.data),
      warnings,
    };
  } catch (error) {
    throw explainDisk(error, outDir);
  }
}

interface ImageFile {
  path: string;
  data: Buffer;
}

/** Kernel and initrd; what the user gives is not fetched. */
async function images(request: LinuxGuestRequest): Promise<{ kernel: ImageFile; initrd: ImageFile }> {
  const { outDir } = request;
  const needed: DebianFile[] = [];
  const debianKernel = kernelFile[request.board.guest.kernel];
  if (request.kernel === undefined) needed.push(debianKernel);
  if (request.initrd === undefined) needed.push('busybox');
  const given = {
    kernel:
      request.kernel && readRegularFile(request.kernel, { what: named('--kernel'), limit: limits.kernel }),
    initrd:
      request.initrd && readRegularFile(request.initrd, { what: named('--initrd'), limit: limits.initrd }),
  };
  // What is wrong with the user's own kernel is told before anything is fetched.
  if (given.kernel && request.kernel) {
    const header = imageHeader(plainImage(given.kernel, request.kernel), request.kernel);
    checkPageSize(header, request.board, request.kernel);
  }
  const fetched = await debianFiles(needed, {
    cacheDir: request.cacheDir ?? cacheRoot,
    refresh: request.refresh ?? false,
    onProgress: request.onProgress ?? (() => {}),
  });
  const busybox = fetched.get('busybox');
  const initrd = busybox
    ? { path: join(outDir, 'initrd.cpio.gz'), data: makeInitrd(busybox.data) }
    : { path: request.initrd ?? '', data: given.initrd || Buffer.alloc(0) };
  if (busybox) await writeChanged(initrd.path, initrd.data);
  const packed = fetched.get(debianKernel) ?? {
    path: request.kernel ?? '',
    data: given.kernel || Buffer.alloc(0),
  };
  const kernel = { path: packed.path, data: plainImage(packed.data, packed.path) };
  if (kernel.data !== packed.data || request.complete) await moveTo(kernel, join(outDir, 'Image'));
  if (!busybox && request.complete) await moveTo(initrd, join(outDir, 'initrd'));
  return { kernel, initrd };
}

/** Writes a file where it is to be used. */
async function moveTo(file: ImageFile, path: string): Promise<void> {
  file.path = path;
  await writeChanged(path, file.data);
}
