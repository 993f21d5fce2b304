// SPDX-License-Identifier: BSD-2-Clause
/** Disks and a network of a suite's machine in QEMU, as arguments. */
import { closeSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { openRegular } from '../../base/read-file.js';
import { inOption } from '../../machine/qemu/arguments.js';
import type { Suite } from './suite.js';

type Disk = NonNullable<Suite['qemu']['disk']>[number];

/** `qcow2` by its magic number (QEMU, docs/interop/qcow2), else `raw`. Throws HarnessError (usage) for no file. */
function formatOf(path: string): 'qcow2' | 'raw' {
  const { fd } = openRegular(path, { what: 'the disk' });
  try {
    const head = Buffer.alloc(4);
    readSync(fd, head, 0, 4, 0);
    return head.toString('latin1') === 'QFI\xfb' ? 'qcow2' : 'raw';
  } finally {
    closeSync(fd);
  }
}

/** An empty disk, made anew for each machine. */
function makeDisk(path: string, mib: number): void {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, mib * 2 ** 20);
  } finally {
    closeSync(file);
  }
}

/** Each machine finds a file as it is: what it writes is gone with the machine. */
function drive(disk: Disk, index: number, folder: string, pathOf: (text: string) => string): string {
  const id = `if=none,id=disk${index}`;
  if (disk.file === undefined) {
    const path = join(folder, `disk${index}.img`);
    makeDisk(path, disk.mib ?? 0);
    return `${id},format=raw,file=${inOption(path)}`;
  }
  const path = pathOf(disk.file);
  const access = disk.readonly ? 'readonly=on' : 'snapshot=on';
  return `${id},format=${formatOf(path)},${access},file=${inOption(path)}`;
}

/**
 * Arguments for the suite's disks and network. Disks that are made go to `folder`; `pathOf` makes a path of the suite's
 * absolute. Throws HarnessError (usage) for a disk that is not there.
 */
export function deviceArguments(
  { disk = [], network }: Suite['qemu'],
  folder: string,
  pathOf: (text: string) => string,
): string[] {
  const drives = disk.flatMap((one, index) => [
    ...['-drive', drive(one, index, folder, pathOf)],
    ...['-device', `${one.device},drive=disk${index}`],
  ]);
  if (network === undefined) return drives;
  const forwards = network.forward.map((pair) => {
    const [host, guest] = pair.split(':');
    return `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`;
  });
  const net = ['-netdev', `user,id=net0${forwards.join('')}`, '-device', `${network.device},netdev=net0`];
  return [...drives, ...net];
}

/** Whether a disk is one or the other. Throws HarnessError (usage). */
export function checkDisk({ file, mib }: Disk, where: string): void {
  if ((file === undefined) !== (mib === undefined)) return;
  throw new HarnessError('usage', 'a disk needs either file or mib', {
    where,
    expected: 'file = "rootfs.img", or mib = 64 for an empty one',
  });
}
