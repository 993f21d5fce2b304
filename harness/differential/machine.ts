// SPDX-License-Identifier: BSD-2-Clause
/** The machines of a differential run: QEMU with the guest alone, and QEMU with a VMM's image. Nothing else here starts one. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { noProgress } from '../base/progress.js';
import { consoleFd, qemuArguments, qmpFd } from '../machine/qemu/arguments.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { firmwareFor } from '../machine/qemu/firmware.js';
import { type QemuProcess, spawnQemu } from '../machine/qemu/process.js';
import { qemuProgram } from '../machine/qemu/program.js';
import { Qmp, quitQemu } from '../machine/qemu/qmp.js';
import { wireVirtualInterrupts } from '../machine/qemu/wiring.js';
import type { Greeting } from './greeting.js';
import { Line } from './line.js';

export interface MachineOptions {
  /** As reports name it. */
  name: string;
  /** Programs on their way at a time. */
  window?: number;
  signal?: AbortSignal | undefined;
}

/** A machine with the guest in it. */
export interface Machine {
  readonly name: string;
  readonly line: Line;
  readonly greeting: Greeting;
  /** What others than the guest have printed last. */
  lastWords(): string;
  powerOff(): Promise<void>;
}

/** Starts a machine; again after it has died. */
export type Start = () => Promise<Machine>;

const bootLimit = 30_000;
const patience = 3_000;
const keptText = 2_000;
const socket = (id: string, fd: number) => ['-chardev', `socket,id=${id},fd=${fd}`];

/** The guest alone on QEMU's virt machine. */
export function bareMachine(
  image: string,
  { gic, cpus, cpu = 'cortex-a53' }: { gic: 2 | 3; cpus: number; cpu?: string },
  options: MachineOptions,
): Start {
  const args = [
    ...['-machine', `virt,virtualization=on,gic-version=${gic}`, '-cpu', cpu, '-m', '2048'],
    ...['-smp', String(cpus), '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-S'],
    ...socket('console', consoleFd),
    ...['-serial', 'chardev:console'],
    ...socket('qmp', qmpFd),
    ...['-mon', 'chardev=qmp,mode=control', '-kernel', image],
  ];
  return () => start({ program: qemuProgram, env: {} }, args, 'virt', options);
}

/** A VMM's image for `board`, as its SDK's tool has made it. */
export function vmmMachine(image: string, board: Board, options: MachineOptions): Start {
  return async () => {
    const qemu = await qemuFor(board, noProgress);
    const firmware = await firmwareFor(board);
    return start(qemu, qemuArguments(board, image, firmware), board.qemu?.machine ?? '', options);
  };
}

async function start(
  qemu: { program: string; env?: Readonly<Record<string, string>> },
  args: readonly string[],
  machine: string,
  { name, window = 3, signal }: MachineOptions,
): Promise<Machine> {
  signal?.throwIfAborted();
  let words = '';
  const process = spawnQemu(qemu.program, args, qemu.env);
  const qmp = new Qmp(process.qmp, () => died(process));
  const onText = (bytes: Uint8Array) => {
    words = (words + Buffer.from(bytes).toString('latin1')).slice(-keptText);
  };
  const line = new Line(process.console, { window, patience, retries: 1, onText });
  void process.ended.then(async () => line.fail(await died(process)));
  signal?.addEventListener('abort', () => process.kill(), { once: true });
  const lastWords = () => words.replaceAll('\r', '').trim().split('\n').slice(-8).join('\n');
  try {
    await qmp.connect();
    await wireVirtualInterrupts(machine, qmp);
    const [greeting] = await Promise.all([line.open(bootLimit), qmp.execute('cont')]);
    return { name, line, greeting, lastWords, powerOff: () => quitQemu(qmp, process) };
  } catch (error) {
    await quitQemu(qmp, process);
    if (!(error instanceof HarnessError)) throw error;
    const got = [error.detail.got, lastWords() || 'nothing on its console'].filter(Boolean).join('\n');
    throw new HarnessError(error.fault, `${name}: ${error.message}`, { ...error.detail, got });
  }
}

async function died({ ended }: QemuProcess): Promise<HarnessError> {
  const { exitCode, signal, stderr } = await ended;
  const how = signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
  return new HarnessError('infrastructure', 'QEMU died', { got: stderr === '' ? how : `${how}: ${stderr}` });
}
