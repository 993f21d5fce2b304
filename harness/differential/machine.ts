// SPDX-License-Identifier: BSD-2-Clause
/** The machines of a differential run: QEMU with the guest alone, and QEMU with the image of a VMM. */
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../base/error.js';
import { noProgress } from '../base/progress.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { QemuMachine, qemuProgram } from '../machine/qemu/qemu.js';
import type { QemuSetup } from '../machine/qemu/setup.js';
import type { Greeting } from './greeting.js';
import { Line } from './line.js';

export interface MachineOptions {
  /** Name in reports. */
  name: string;
  /** Programs in flight. */
  window?: number;
  signal?: AbortSignal | undefined;
}

/** A machine that runs the guest. */
export interface Machine {
  readonly name: string;
  readonly line: Line;
  readonly greeting: Greeting;
  /** The last console output that did not come from the guest. */
  lastOutput(): string;
  powerOff(): Promise<void>;
}

/** Starts a machine. Called again after it has died. */
export type Start = () => Promise<Machine>;

const bootLimit = 30_000;
/** Milliseconds. Long, because a busy machine must not look like a dead VMM. */
const patience = 8_000;
const keptText = 2_000;

/**
 * The guest alone on QEMU's virt machine, with a batch of programs in its memory. The interrupt controller has the
 * version of the board `of`. The QEMU is the one installed here.
 */
export function bareMachine(
  image: string,
  { of, cpus, cpu = 'cortex-a53' }: { of: Board; cpus: number; cpu?: string },
  options: MachineOptions,
  batch?: string,
): Start {
  const { qemu, ...board } = boards.get('qemu_virt_aarch64') as Board;
  if (!qemu) throw new HarnessError('harness', 'the virt board has no QEMU machine');
  const machine = `virt,virtualization=on,gic-version=${of.gic.version}`;
  const setup = {
    board: { ...board, qemu: { ...qemu, machine, cpu } },
    image,
    asKernel: true,
    more: ['-smp', String(cpus), ...(batch === undefined ? [] : ['-initrd', batch])],
  };
  return () => start({ ...setup, qemu: { program: qemuProgram } }, options);
}

/** The image of a VMM for `board`, as made by the tool of its SDK. */
export function vmmMachine(image: string, board: Board, options: MachineOptions): Start {
  return async () => start({ board, image, qemu: await qemuFor(board, noProgress) }, options);
}

async function start(setup: QemuSetup, { name, window = 3, signal }: MachineOptions): Promise<Machine> {
  let output = '';
  signal?.throwIfAborted();
  const machine = await QemuMachine.start({ ...setup, signal });
  const onText = (bytes: Uint8Array) => {
    output = (output + Buffer.from(bytes).toString('latin1')).slice(-keptText);
  };
  const line = new Line(machine.stream, { window, patience, retries: 1, onText });
  machine.stream.once('close', async () => line.fail((await machine.diagnose()) ?? closed()));
  const lastOutput = () => output.replaceAll('\r', '').trim().split('\n').slice(-8).join('\n');
  try {
    const greeting = await line.open(bootLimit);
    return { name, line, greeting, lastOutput, powerOff: () => machine.powerOff() };
  } catch (error) {
    await machine.powerOff();
    if (!(error instanceof HarnessError)) throw error;
    const got = [error.detail.got, lastOutput() || 'nothing on its console'].filter(Boolean).join('\n');
    throw new HarnessError(error.fault, `${name}: ${error.message}`, { ...error.detail, got });
  }
}

const closed = () => new HarnessError('infrastructure', 'the console was closed');
