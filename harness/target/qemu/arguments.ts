// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../error.js';
import type { QemuVersion } from './qmp.js';

/** The oldest QEMU that this is tested with: Debian 12's. */
export const oldestQemu: QemuVersion = [7, 2, 0];

/** Descriptors that QEMU inherits: the console's socket and QMP's. */
export const consoleFd = 3;
export const qmpFd = 4;

/**
 * The command line for a board's image. QEMU starts paused, with nothing but the machine, the console on descriptor 3
 * and QMP on descriptor 4. A reset that nobody asked for ends QEMU, so that it is seen.
 */
export function qemuArguments(board: Board, image: string): string[] {
  const { qemu, loadAddress } = board;
  if (!qemu) {
    throw new HarnessError('usage', `board ${board.name} has no QEMU machine`, {
      wayOut: 'vmm-harness boards lists what can run each board',
    });
  }
  const loader = `loader,file=${image.replaceAll(',', ',,')},addr=0x${loadAddress.toString(16)},cpu-num=0`;
  return [
    ...['-machine', qemu.machine, '-cpu', qemu.cpu, '-m', String(qemu.memoryMiB)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-S'],
    ...['-chardev', `socket,id=console,fd=${consoleFd}`, '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=qmp,fd=${qmpFd}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-device', loader],
  ];
}

/** The same machine with the console on the terminal: what a user types to see it by hand. */
export function qemuByHand(board: Board, image: string): string {
  const { machine = '', cpu = '', memoryMiB = 0 } = board.qemu ?? {};
  const loader = `loader,file=${image},addr=0x${board.loadAddress.toString(16)},cpu-num=0`;
  return `qemu-system-aarch64 -machine ${machine} -cpu ${cpu} -m ${memoryMiB} -nographic -nic none -device ${loader}`;
}

/** Whether `version` is one that this is tested with or later. */
export function isTooOld(version: QemuVersion): boolean {
  const [major, minor] = version;
  return major < oldestQemu[0] || (major === oldestQemu[0] && minor < oldestQemu[1]);
}
