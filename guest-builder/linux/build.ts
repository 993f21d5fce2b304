// SPDX-License-Identifier: BSD-2-Clause
/** A Linux guest: a kernel, an initrd and a device tree that match and fit into the guest's RAM. */
import { join } from 'node:path';
import type { Board, Range } from '../../boards/board.js';
import { explainDisk, makeFolder, writeChanged } from '../../harness/base/disk.js';
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
  /** The guest's RAM (IPA, bytes); by default the board's. */
  ram?: Range | undefined;
  /** IPA of the device tree; by default the last 2 MiB of RAM. */
  dtbAddress?: number | undefined;
  /** IPA of the initrd; by default right below the device tree, or the address in a user's device tree. */
  initrdAddress?: number | undefined;
  /** The user's own files. Each replaces the default one. */
  kernel?: string | undefined;
  initrd?: string | undefined;
  dtb?: string | undefined;
  /** The kernel's command line instead of the default one; unused with a `dtb`. */
  bootargs?: string | undefined;
  /** Folder for the results. */
  outDir: string;
  /** Also places the kernel and initrd there when they could be used at their original place. */
  complete?: boolean | undefined;
  /** Folder for downloaded packages; by default the user's cache. */
  cacheDir?: string | undefined;
  /** Ask the mirror for newer packages even if the cache has some. */
  refresh?: boolean | undefined;
  /** Called with the current step and, if known, the fraction that is done (0 to 1). */
  onProgress?: ((step: string, fraction?: number) => void) | undefined;
}

export interface LinuxGuest {
  /** Paths of the three files. The Image is never packed. */
  kernel: string;
  initrd: string;
  dtb: string;
  layout: GuestLayout;
  /** The output of `uname -r`; undefined when the kernel does not contain it. */
  kernelRelease: string | undefined;
  /** Warnings about the user's files. */
  warnings: string[];
}

const maxVcpus = 4;

/**
 * The command line for Debian's kernel. `earlycon` shows messages before the UART's driver starts, and
 * `cryptomgr.notests` skips self-tests of the kernel's ciphers, which take two thirds of the boot's instructions.
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

/** Makes the guest's three images, or uses the user's, and places them. */
export async function buildLinuxGuest(request: LinuxGuestRequest): Promise<LinuxGuest> {
  const { board, vcpus, outDir } = request;
  const ram = request.ram ?? board.guest.ram;
  checkVcpus(vcpus);
  try {
    makeFolder(outDir);
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
      // The address of the initrd does not depend on the size of the device tree, whose area has room for any size.
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

/** Kernel and initrd. Images given by the user are not fetched. */
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
  // A mistake in the user's own kernel is reported before anything is fetched.
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

/** Moves a file to the place where it is used. */
async function moveTo(file: ImageFile, path: string): Promise<void> {
  file.path = path;
  await writeChanged(path, file.data);
}
