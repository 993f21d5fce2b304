// SPDX-License-Identifier: BSD-2-Clause

import type { Board, QemuMachine } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { hex } from '../../base/text.js';
import type { SerialPort } from '../machine.js';
import type { QemuVersion } from './qmp.js';

/** The oldest QEMU with which this is tested: Debian 12's. */
export const oldestQemu: QemuVersion = [7, 2, 0];

/** Descriptors that QEMU inherits: the sockets of the console and QMP. */
export const consoleFd = 3;
export const qmpFd = 4;
/** The first of the further inherited descriptors: the sockets of further serial ports, then a saved state. */
export const inheritedFd = 5;

/** A path in the value of a QEMU option, in which commas separate the parts. */
export const inOption = (path: string): string => path.replaceAll(',', ',,');

/** The QEMU machine that runs a board's images. Throws HarnessError (usage) when there is none. */
export function machineOf({ name, qemu }: Board): QemuMachine {
  if (qemu) return qemu;
  throw new HarnessError('usage', `board ${name} has no QEMU machine`, {
    wayOut:
      'run it on a board on your desk (--lab lab.toml); vmm-harness boards shows what starts each board',
  });
}

/**
 * The command line for a board's image. QEMU starts paused, with only the machine, the console on descriptor 3 and QMP
 * on descriptor 4. An unexpected reset ends QEMU, so that it is noticed. `load` are the arguments that load the image;
 * further serial ports are on the descriptors from {@link inheritedFd} on.
 */
export function qemuArguments(
  board: Board,
  load: readonly string[],
  ports: readonly SerialPort[] = [],
): string[] {
  const qemu = machineOf(board);
  const sockets = ports.flatMap((port, index) => [
    '-chardev',
    `socket,id=${chardevOf(port)},fd=${inheritedFd + index}`,
  ]);
  return [
    ...machineArguments(qemu),
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-S'],
    ...['-chardev', `socket,id=console,fd=${consoleFd}`, ...sockets],
    ...serials(qemu, 'chardev:console', ports),
    ...['-chardev', `socket,id=qmp,fd=${qmpFd}`, '-mon', 'chardev=qmp,mode=control'],
    ...load,
  ];
}

function machineArguments({ machine, cpu, memoryMiB, cpus, more = [] }: QemuMachine): string[] {
  const smp = cpus === undefined ? [] : ['-smp', String(cpus)];
  return ['-machine', machine, '-cpu', cpu, '-m', String(memoryMiB), ...smp, ...more];
}

/** QEMU's name of what a port is connected to. A port that has a name has this one. */
export const chardevOf = (port: SerialPort): string => (typeof port === 'number' ? `port${port}` : port);

/** The machine's serial ports up to the last that is connected; the console is connected to `console`. */
function serials({ serial }: QemuMachine, console: string, ports: readonly SerialPort[] = []): string[] {
  const numbers = ports.filter((port) => typeof port === 'number');
  return Array.from({ length: Math.max(serial, ...numbers) + 1 }, (_, number) => {
    if (number === serial) return console;
    return numbers.includes(number) ? `chardev:${chardevOf(number)}` : 'null';
  }).flatMap((where) => ['-serial', where]);
}

/**
 * The arguments that load the image into memory and start the CPU at its first instruction. `firmware` is the program
 * that enters the image if the machine does not start at EL2 (`firmwareFor`).
 */
export function loaders({ loadAddress }: Board, image: string, firmware?: string): string[] {
  const file = (path: string) => `loader,file=${inOption(path)}`;
  const at = `addr=${hex(loadAddress)}`;
  if (firmware === undefined) return ['-device', `${file(image)},${at},cpu-num=0`];
  return ['-device', `${file(image)},${at},force-raw=on`, '-device', `${file(firmware)},cpu-num=0`];
}

/** The same machine with the console on the terminal, for a user to run by hand. */
export function qemuByHand(board: Board, program: string, load: readonly string[]): string {
  const { qemu } = board;
  if (!qemu) return '';
  const machine = machineArguments(qemu);
  // Only -nographic puts the first serial port on the terminal.
  const console = qemu.serial === 0 ? ['-nographic'] : ['-display', 'none', ...serials(qemu, 'mon:stdio')];
  return [program, ...machine, ...console, '-nic', 'none', ...load].join(' ');
}

/** Whether `version` precedes `oldest`: the oldest tested version, or the first with a board's machine. */
export function isTooOld(version: QemuVersion, oldest: QemuVersion = oldestQemu): boolean {
  const differs = version.findIndex((part, index) => part !== oldest[index]);
  return differs >= 0 && (version[differs] ?? 0) < (oldest[differs] ?? 0);
}
