// SPDX-License-Identifier: BSD-2-Clause
/** Tries each part of a board's place in a lab, one after the other. Flashes nothing. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../base/error.js';
import { reachPrompt, repeatedly, transferOf } from '../machine/board/bring-up.js';
import type { LabBoard } from '../machine/board/lab/lab-board.js';
import { type HeldBoard, hold, interruptible, type LabTargetOptions } from '../machine/board/target.js';
import { has, requireCommands } from '../machine/board/uboot/abilities.js';
import { duration } from '../machine/board/uboot/estimate.js';
import { roomBehind } from '../machine/board/uboot/memory.js';
import { payloadOf } from '../machine/board/uboot/payload.js';
import type { UBoot } from '../machine/board/uboot/uboot.js';
import { compare } from '../machine/board/uboot/upload.js';
import type { StartOptions } from '../machine/machine.js';

export interface LabFinding {
  what: string;
  ok: boolean;
  found: string;
  wayOut?: string;
}

/** Number of bytes sent to the board's memory, whose checksum is compared there. */
const trial = 32 << 10;

/** Goes as far as possible: after a part that fails, the rest is not tried. The board ends switched off. */
export async function examineBoard(
  entry: LabBoard,
  start: StartOptions,
  options: LabTargetOptions,
): Promise<LabFinding[]> {
  const findings: LabFinding[] = [];
  let part = 'port';
  let held: HeldBoard | undefined;
  const found = (finding: string, next: string) => {
    findings.push({ what: part, ok: true, found: finding });
    part = next;
  };
  try {
    held = await hold(entry, start, options);
    found(held.desk.port, 'power and U-Boot');
    if (entry.upload.start) await interruptible(held, () => examineUBoot(held as HeldBoard, found));
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const { got, wayOut } = error.detail;
    const finding = got === undefined ? error.message : `${error.message}: ${got.split('\n')[0]}`;
    findings.push({ what: part, ok: false, found: finding, ...(wayOut !== undefined && { wayOut }) });
  } finally {
    await held?.close();
  }
  return findings;
}

/** `found` takes the finding of a part, and the name of the next part. */
async function examineUBoot(held: HeldBoard, found: (finding: string, next: string) => void): Promise<void> {
  const { entry } = held;
  const uboot = await prompt(held);
  found(`${uboot.version || 'a prompt'}, power by ${held.desk.power.name}`, 'commands');
  found((await commands(uboot, held)).join(', '), 'upload');
  if (entry.upload.by !== 'command') found(await transfer(held, uboot), '');
}

async function prompt(held: HeldBoard): Promise<UBoot> {
  const { uboot } = await repeatedly(held, async (fresh) => ({ uboot: await reachPrompt(held, fresh) }));
  return uboot;
}

/** The commands that a run will use, checked with U-Boot's own help. */
async function commands(uboot: UBoot, held: HeldBoard): Promise<string[]> {
  const needed = await requireCommands(uboot, held.entry.uboot.start, transferOf(held));
  return (await has(uboot, 'unzip')) ? [...needed, 'unzip'] : needed;
}

/** Sends random bytes the way an image is sent, and compares their checksum. */
async function transfer(held: HeldBoard, uboot: UBoot): Promise<string> {
  const { entry, upload: folder, signal } = held;
  const file = join(folder, 'trial');
  await writeFile(file, randomBytes(trial));
  const payload = await payloadOf(file);
  const [address = 0] = roomBehind(entry.board, 0, [trial]);
  const way = transferOf(held);
  await way.prepare(uboot, signal);
  const begin = performance.now();
  await way.send(uboot, payload, address, { onProgress: () => {}, signal, folder });
  const seconds = (performance.now() - begin) / 1000;
  const sum = await compare(uboot, payload, address);
  return `${trial / 1024} KiB by ${way.name} in ${duration(seconds)}, ${sum} matches`;
}
