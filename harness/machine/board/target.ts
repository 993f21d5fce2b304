// SPDX-License-Identifier: BSD-2-Clause
/** A board of a lab as a target: the same two interfaces as QEMU's. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import { ConsoleLog } from '../console-log.js';
import type { Machine, StartOptions, Target } from '../target.js';
import { type BringUp, bringUp } from './bring-up.js';
import { type DeskOptions, takeDesk } from './desk.js';
import type { LabBoard } from './lab/lab-board.js';
import { SerialLine } from './serial/line.js';
import { settingsText } from './serial/settings.js';
import { lineTrouble } from './serial/trouble.js';

export interface LabTargetOptions {
  progress: Progress;
  /** What whoever finds the port busy is told. */
  command: string;
  /** A TFTP server that runs already. */
  tftp?: DeskOptions['tftp'];
  /** For tests. */
  virtual?: DeskOptions['virtual'];
  lockFolder?: string;
}

const interrupted = () => new HarnessError('infrastructure', 'interrupted');

/** One board of a lab file as a target; its name in a verdict is `lab: NAME`. */
export function labTarget(entry: LabBoard, options: LabTargetOptions): Target {
  return {
    name: `lab: ${entry.name}`,
    start: (image, start) => startOnBoard(entry, image, start, options),
  };
}

async function startOnBoard(
  entry: LabBoard,
  image: string,
  start: StartOptions,
  options: LabTargetOptions,
): Promise<Machine> {
  const held = await hold(entry, start, options);
  const { line, desk, upload, close } = held;
  try {
    const up = await interruptible(held, () => bringUp({ ...held, folder: upload }, image));
    // Large, and made of the image that the run names.
    await rm(upload, { recursive: true, force: true });
    return {
      console: up.console,
      facts: {
        ...desk.facts,
        ...{ line: settingsText(line.speed), power: desk.power.name, tries: String(up.tries) },
        ...(up.version !== '' && { 'U-Boot': up.version }),
      },
      diagnose: async () => lineTrouble(line, 1) ?? (await desk.diagnose()),
      powerOff: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Work on a board that Ctrl-C ends, whatever it waits for; later, too, whoever waits for the line is told. */
export async function interruptible<T>({ line, signal }: Held, work: () => Promise<T>): Promise<T> {
  signal.addEventListener('abort', () => line.fail(interrupted()), { once: true });
  try {
    if (signal.aborted) throw interrupted();
    return await work();
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  }
}

/** Everything of the lab that a command has in its hands. */
export interface Held extends BringUp {
  /** Where uploads are prepared; served by TFTP when the harness has a server. */
  upload: string;
  /** Power off, and everything given back; may be called twice. */
  close(): Promise<void>;
  /** Everything given back with the board left as it is. */
  leave(): Promise<void>;
}

/** Takes the board: its desk, then its port, so that the line is open before there is power. */
export async function hold(entry: LabBoard, start: StartOptions, options: LabTargetOptions): Promise<Held> {
  const { progress, command, tftp, virtual, lockFolder } = options;
  const note = (text: string) => progress({ kind: 'note', text });
  const upload = join(start.folder, 'upload');
  await mkdir(upload, { recursive: true });
  const desk = await takeDesk(entry, { folder: upload, ask: note, tftp, virtual });
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
  const log = new ConsoleLog(start.folder);
  let closed: Promise<void> | undefined;
  const give = async (power: () => Promise<void>) => {
    await power().catch((error: Error) => note(`${entry.name} could not be switched off: ${error.message}`));
    await line.close();
    await desk.close();
    await rm(upload, { recursive: true, force: true });
    log.close();
  };
  return {
    ...{ entry, desk, line, log, folder: start.folder, progress, upload },
    signal: start.signal ?? new AbortController().signal,
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
