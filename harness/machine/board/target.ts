// SPDX-License-Identifier: BSD-2-Clause
/** A board of a lab as a machine. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { interrupted } from '../../base/interrupt.js';
import type { Progress } from '../../base/progress.js';
import type { Console } from '../console.js';
import { ConsoleLog } from '../console-log.js';
import type { Machine, SerialPort, StartOptions, Target } from '../machine.js';
import { type BringUp, type BroughtUp, bringUp } from './bring-up.js';
import { type DeskOptions, takeDesk } from './desk.js';
import type { LabBoard } from './lab/lab-board.js';
import { lookAtPort } from './look.js';
import { takeFirstFree } from './pool.js';
import { hasNoLine, runByCommand } from './run-command.js';
import { SerialLine } from './serial/line.js';
import { settingsText } from './serial/settings.js';
import { lineTrouble } from './serial/trouble.js';

export interface LabTargetOptions {
  progress: Progress;
  /** The command shown to others who find the port busy. */
  command: string;
  /** A running TFTP server. */
  tftp?: DeskOptions['tftp'];
  /** For tests. */
  virtual?: DeskOptions['virtual'];
  lockFolder?: string;
}

/** One board of a lab file as a target. Its name in a verdict is `lab: NAME`. */
export function labTarget(entry: LabBoard, options: LabTargetOptions): Target {
  return {
    name: `lab: ${entry.others === undefined ? entry.name : `any ${entry.board.name}`}`,
    look: () => lookAtPort(entry, options),
    start: (image, start) =>
      entry.run === undefined
        ? startOnBoard(entry, image, start, options)
        : runByCommand(entry, entry.run, image, start),
  };
}

/** Of a board only the line of its console is known. */
export const oneLineOnly = (ports: readonly SerialPort[]): HarnessError =>
  new HarnessError('usage', 'of a board of a lab only the console is read', {
    expected: 'guests that share it: prefix, and no serial',
    got: `serial ${ports.join(', ')}`,
  });

async function startOnBoard(
  entry: LabBoard,
  image: string,
  start: StartOptions,
  options: LabTargetOptions,
): Promise<Machine> {
  if (start.ports !== undefined && start.ports.length > 0) throw oneLineOnly(start.ports);
  const machine = new BoardMachine(image, await hold(entry, start, options), start.binary ?? false);
  await machine.reset();
  return machine;
}

/** A board on a line that runs an image. */
class BoardMachine implements Machine {
  readonly #image: string;
  readonly #held: HeldBoard;
  readonly #binary: boolean;
  #up: BroughtUp | undefined;

  constructor(image: string, held: HeldBoard, binary: boolean) {
    this.#image = image;
    this.#held = held;
    this.#binary = binary;
  }

  get console(): Console {
    if (this.#up === undefined) throw new HarnessError('harness', 'the board is switched off');
    return this.#up.console;
  }

  get stream(): Duplex {
    return this.console.stream;
  }

  get facts(): Readonly<Record<string, string>> {
    const { desk, line } = this.#held;
    const { tries = 0, version = '' } = this.#up ?? {};
    return {
      board: this.#held.entry.name,
      ...desk.facts,
      line: settingsText(line.speed),
      power: desk.power.name,
      tries: String(tries),
      ...(version !== '' && { 'U-Boot': version }),
    };
  }

  async diagnose(): Promise<HarnessError | undefined> {
    const { line, desk } = this.#held;
    return (this.#binary ? line.failure : lineTrouble(line, 1)) ?? (await desk.diagnose());
  }

  /** Switches the board on, or off and on again, and uploads the image again. */
  async reset(): Promise<void> {
    const held = this.#held;
    const { upload } = held;
    const firstLine = this.#up?.console.line ?? held.log.firstLine;
    try {
      makeFolder(upload);
      this.#up?.console.stream.destroy();
      const request = { ...held, folder: upload, firstLine };
      this.#up = await interruptible(held, () => bringUp(request, this.#image));
      // Large, and derived from the image that the run names.
      await rm(upload, { recursive: true, force: true });
    } catch (error) {
      await held.close();
      throw error;
    }
  }

  powerOff(): Promise<void> {
    return this.#held.close();
  }
}

/** Runs work on a board, which Ctrl-C ends whatever it is waiting for (see {@link hold}). */
export async function interruptible<T>({ signal }: HeldBoard, work: () => Promise<T>): Promise<T> {
  try {
    if (signal.aborted) throw interrupted();
    return await work();
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  }
}

/** The resources of a lab that a command holds. */
export interface HeldBoard extends BringUp {
  /** Folder in which uploads are prepared. It is served by TFTP when the harness has a server. */
  upload: string;
  /** Switches the power off and releases everything; may be called twice. */
  close(): Promise<void>;
  /** Releases everything and leaves the board as it is. */
  leave(): Promise<void>;
}

/**
 * Takes the board: first its desk, then its port, so that the line is open before there is power. When the signal is
 * aborted, every wait on the line fails.
 */
export async function hold(
  entry: LabBoard,
  start: StartOptions,
  options: LabTargetOptions,
): Promise<HeldBoard> {
  const note = (text: string) => options.progress({ kind: 'note', text });
  const signal = start.signal ?? new AbortController().signal;
  const boards = [entry, ...(entry.others ?? [])];
  return takeFirstFree(boards, (board) => holdOne(board, { ...start, signal }, options), { note, signal });
}

async function holdOne(
  entry: LabBoard,
  start: StartOptions & { signal: AbortSignal },
  options: LabTargetOptions,
): Promise<HeldBoard> {
  const { progress, command, tftp, virtual, lockFolder } = options;
  const note = (text: string) => progress({ kind: 'note', text });
  const upload = join(start.folder, 'upload');
  const { signal } = start;
  if (signal.aborted) throw interrupted();
  if (entry.run !== undefined) throw hasNoLine(entry);
  makeFolder(upload);
  const desk = await takeDesk(entry, { folder: upload, ask: note, tftp, virtual, signal });
  let line: SerialLine;
  try {
    line = await SerialLine.open({
      path: desk.port,
      settings: entry.line,
      command,
      onNote: note,
      ...(lockFolder !== undefined && { lockFolder }),
    });
  } catch (error) {
    await desk.close();
    throw error;
  }
  const log = new ConsoleLog(start.folder, undefined, start.append);
  const stop = () => line.fail(interrupted());
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let closed: Promise<void> | undefined;
  const give = async (power: () => Promise<void>) => {
    signal.removeEventListener('abort', stop);
    await power().catch((error: Error) => note(`${entry.name} could not be switched off: ${error.message}`));
    await line.close();
    await desk.close();
    await rm(upload, { recursive: true, force: true });
    log.close();
  };
  return {
    entry,
    desk,
    line,
    log,
    folder: start.folder,
    progress,
    upload,
    signal,
    whyClosed: async () => line.failure ?? new HarnessError('infrastructure', 'the board was switched off'),
    close: () => {
      closed ??= give(() => desk.power.off());
      return closed;
    },
    leave: () => {
      closed ??= give(async () => {});
      return closed;
    },
  };
}
