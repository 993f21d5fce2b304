// SPDX-License-Identifier: BSD-2-Clause
/**
 * Takes a board from power-on to a started image. A failed try begins again at the power switch, until one works or N
 * tries have failed.
 */
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import type { Console } from '../console.js';
import type { ConsoleLog } from '../console-log.js';
import type { Desk } from './desk.js';
import type { LabBoard } from './lab/lab-board.js';
import type { SerialLine } from './serial/line.js';
import { bytesPerSecond, type LineSettings } from './serial/settings.js';
import { lineTrouble } from './serial/trouble.js';
import { runShellCommand } from './shell-command.js';
import { has, requireCommands } from './uboot/abilities.js';
import { changeBaud } from './uboot/baud.js';
import { ByProgram, fastboot } from './uboot/by-program.js';
import { planStart, type StartPlan } from './uboot/start.js';
import { Tftp } from './uboot/tftp.js';
import type { Transfer } from './uboot/transfer.js';
import { UBoot } from './uboot/uboot.js';
import { packIfFaster, type UploadRequest, upload } from './uboot/upload.js';
import { Ymodem } from './uboot/ymodem.js';

export interface BringUp {
  entry: LabBoard;
  desk: Desk;
  line: SerialLine;
  log: ConsoleLog;
  /** For files made on the way, and for logs of transfers. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
  /** The reason of the console's end when the line ends. */
  whyClosed: () => Promise<HarnessError>;
  /** The next line of the raw log, from 1; 1 by default. */
  firstLine?: number;
}

/** The next line of the raw log, kept from one try to the next. */
interface LogPlace {
  line: number;
}

/** The console of a board that was brought up. */
export interface BroughtUp {
  console: Console;
  /** U-Boot's version, if it took part. */
  version: string;
  tries: number;
}

/** Starts `image` and returns the console on which it prints. */
export async function bringUp(request: BringUp, image: string): Promise<BroughtUp> {
  const { entry, folder, progress } = request;
  const { uboot, upload: how } = entry;
  const note = (text: string) => progress({ kind: 'note', text });
  const plan = how.start
    ? await planStart(uboot.start, image, entry.board, folder, uboot.scratch)
    : undefined;
  const small = plan && (await packedFor(request, plan));
  return repeatedly(request, async (fresh) => {
    if (!plan) return { console: await startsItself(request, image, fresh), version: '' };
    const reached = await reachPrompt(request, fresh);
    await requireCommands(reached, uboot.start, transferOf(request, uploadSpeed(entry)));
    const unpacks = await has(reached, 'unzip');
    if (small && !unpacks) note('this U-Boot does not have the command unzip; sending the image unpacked');
    await place(request, reached, plan, small, unpacks);
    const console = await reached.start(plan.command, request.whyClosed);
    return { console, version: reached.version };
  });
}

/** Does `work` with a board that has just been switched on, up to the entry's number of tries. */
export async function repeatedly<T>(
  request: BringUp,
  work: (fresh: { uboot: UBoot; attempt: number }) => Promise<T>,
): Promise<T & { tries: number }> {
  const { entry, line, log, progress, signal } = request;
  const place: LogPlace = { line: request.firstLine ?? 1 };
  for (let attempt = 1; ; attempt += 1) {
    line.legibility.reset();
    await line.setBaud(entry.line.baud);
    const uboot = new UBoot(line, entry.uboot, {
      log,
      firstLine: place.line,
      characterDelay: entry.line.characterDelay,
      trouble: (received) => lineTrouble(line, received),
      onNote: (text) => progress({ kind: 'note', text }),
    });
    try {
      return { ...(await work({ uboot, attempt })), tries: attempt };
    } catch (error) {
      place.line = uboot.line;
      if (!(error instanceof HarnessError) || error.fault !== 'infrastructure') throw error;
      if (signal.aborted || line.failure || attempt >= entry.tries) throw gaveUp(entry, error, attempt, line);
      const got = error.detail.got === undefined ? '' : ` (${error.detail.got.split('\n')[0]})`;
      const text = `try ${attempt} of ${entry.tries} failed: ${error.message}${got}; switching ${entry.name} off and on`;
      progress({ kind: 'note', text });
    }
  }
}

function gaveUp(entry: LabBoard, error: HarnessError, tries: number, line: SerialLine): HarnessError {
  if (tries === 1 || line.failure === error) return error;
  return new HarnessError(
    'infrastructure',
    `${entry.name} did not come up in ${tries} tries; the last: ${error.message}`,
    {
      ...error.detail,
      cause: error,
    },
  );
}

/** Switches the power on and waits for U-Boot's prompt. From the second try on, the stop key is typed all the time. */
export async function reachPrompt(
  request: BringUp,
  { uboot, attempt }: { uboot: UBoot; attempt: number },
): Promise<UBoot> {
  const { entry, desk, progress, signal } = request;
  await powerOn(request);
  progress({ kind: 'start', step: 'U-Boot' });
  await uboot.reach({ insistent: attempt > 1, patience: desk.power.patience });
  progress({ kind: 'done', step: 'U-Boot', ...(uboot.version !== '' && { note: uboot.version }) });
  for (const command of entry.uboot.setup) await uboot.must(command);
  signal.throwIfAborted();
  return uboot;
}

async function powerOn({ entry, desk, progress, signal }: BringUp): Promise<void> {
  progress({ kind: 'start', step: 'power' });
  await desk.power.cycle(signal);
  progress({ kind: 'done', step: 'power', note: desk.power.name });
  if (entry.load === undefined) return;
  progress({ kind: 'start', step: 'load U-Boot' });
  await shell(entry, 'loading U-Boot', entry.load, signal);
  progress({ kind: 'done', step: 'load U-Boot' });
}

/** A board that boots whatever the user's command left in the place where it looks (a card, a server). */
async function startsItself(request: BringUp, image: string, { uboot }: { uboot: UBoot }): Promise<Console> {
  const { entry, desk, progress, signal, whyClosed } = request;
  await desk.power.off();
  progress({ kind: 'start', step: 'upload' });
  await shell(entry, 'upload', entry.upload.command ?? '', signal, { IMAGE: image });
  progress({ kind: 'done', step: 'upload' });
  const console = uboot.listen(whyClosed);
  await powerOn(request);
  return console;
}

/** The packed payload and its address, if it arrives sooner that way. */
async function packedFor(
  request: BringUp,
  { payload, packedAt }: StartPlan,
): Promise<UploadRequest['packed']> {
  const { entry, folder } = request;
  const small = await packIfFaster(payload, transferOf(request, uploadSpeed(entry)).rate, folder);
  return small && { payload: small, address: packedAt(small.size) };
}

/** The line's settings during an upload. */
function uploadSpeed({ line, upload: { by, baud } }: LabBoard): LineSettings {
  return by === 'ymodem' && baud !== undefined ? { ...line, baud } : line;
}

/** Brings the payload into the board's memory in the way that the lab file names. */
async function place(
  request: BringUp,
  uboot: UBoot,
  plan: StartPlan,
  small: UploadRequest['packed'],
  unpacks: boolean,
): Promise<void> {
  const { entry, line, folder, progress, signal } = request;
  const { payload, address, packedAt: spare } = plan;
  const packed = unpacks ? small : undefined;
  const speed = uploadSpeed(entry);
  const changed = speed.baud !== entry.line.baud;
  if (changed) await changeBaud(uboot, line, speed.baud);
  const transfer = transferOf(request, speed);
  await upload({ uboot, transfer, payload, packed, address, spare, unpacks, folder, progress, signal });
  if (changed) await changeBaud(uboot, line, entry.line.baud);
}

/** The transfer that the lab file names, over a line with these settings. */
export function transferOf({ entry, desk, log }: BringUp, speed: LineSettings = entry.line): Transfer {
  const { by, network, silence, before, command = '', limit } = entry.upload;
  if (by === 'command') {
    const env = { BOARD: entry.board.name, PORT: entry.port };
    return new ByProgram({ name: 'command', rate: undefined, before, command, env, limit });
  }
  if (by === 'fastboot') return fastboot(entry.upload);
  if (by === 'ymodem') {
    return new Ymodem({ baud: speed.baud, lineRate: bytesPerSecond(speed), silence, log });
  }
  if (!desk.tftp) throw new HarnessError('harness', 'a board without TFTP', { where: entry.where });
  const { service, rate } = desk.tftp;
  return new Tftp({ service, network, name: entry.name, ...(rate !== undefined && { rate }) });
}

function shell(
  entry: LabBoard,
  what: string,
  command: string,
  signal: AbortSignal,
  more = {},
): Promise<string> {
  const env = { BOARD: entry.board.name, PORT: entry.port, ...more };
  return runShellCommand({
    what: `${what} of ${entry.name}`,
    command,
    env,
    limit: entry.upload.limit,
    signal,
  });
}
