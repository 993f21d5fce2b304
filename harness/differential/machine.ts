// SPDX-License-Identifier: BSD-2-Clause
/** The machines of a differential run: one with the guest alone, and one with the image of a VMM. */
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../base/error.js';
import { noProgress } from '../base/progress.js';
import type { Machine as PoweredMachine } from '../machine/machine.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { QemuMachine, qemuProgram } from '../machine/qemu/qemu.js';
import type { Greeting } from './greeting.js';
import { Line } from './line.js';

export interface MachineOptions {
  /** Name in reports. */
  name: string;
  /** Programs in flight. */
  window?: number;
  /** Milliseconds without an answer after which a request is sent again. */
  patience?: number;
  /** Milliseconds until the guest must have answered for the first time. */
  bootLimit?: number;
  signal?: AbortSignal | undefined;
}

/** A machine that runs the guest. */
export interface Machine {
  readonly name: string;
  readonly line: Pick<Line, 'run' | 'batch' | 'member'>;
  readonly greeting: Greeting;
  /** The last console output that did not come from the guest. */
  lastOutput(): string;
  powerOff(): Promise<void>;
}

/** Starts a machine. Called again after it has died. */
export type Start = () => Promise<Machine>;

/** The patience is long, because a busy machine must not look like a dead VMM. */
const usual = { window: 3, patience: 12_000, bootLimit: 30_000 } as const;
/** CPUs take turns in one thread, so that one that waits for another does not take a core from it. */
const tcg = ['-accel', 'tcg,thread=single'];
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
    more: [...tcg, '-smp', String(cpus), ...(batch === undefined ? [] : ['-initrd', batch])],
  };
  return openedMachine(
    () => QemuMachine.start({ ...setup, qemu: { program: qemuProgram }, signal: options.signal }),
    options,
  );
}

/** The image of a VMM for `board`, as made by the tool of its SDK. */
export function vmmMachine(image: string, board: Board, options: MachineOptions): Start {
  const { signal } = options;
  return openedMachine(
    async () => QemuMachine.start({ board, image, qemu: await qemuFor(board, noProgress), signal }),
    options,
  );
}

/** A machine of any kind on which the guest starts by itself. `open` switches it on. */
export const openedMachine =
  (open: () => Promise<PoweredMachine>, options: MachineOptions): Start =>
  async () => {
    options.signal?.throwIfAborted();
    return greeted(await open(), options);
  };

async function greeted(machine: PoweredMachine, options: MachineOptions): Promise<Machine> {
  const { name, window = usual.window, patience = usual.patience, bootLimit = usual.bootLimit } = options;
  let output = '';
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
