// SPDX-License-Identifier: BSD-2-Clause
/**
 * Who has a serial port. The lease is a UUCP lock file (Filesystem Hierarchy Standard 3.0, 5.9.1: `LCK..ttyUSB0`, the
 * pid in ten characters), so picocom and minicom keep off our ports and we off theirs. Ours has two more lines, since
 * when and by what, and is touched every few seconds: one whose holder is dead, or has been silent for long, is taken
 * over. Behind it node-serialport's flock() on the device itself lets only one in, whatever the files say.
 */
import { constants } from 'node:fs';
import { access, link, open, readFile, realpath, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';

const uucpFolder = '/run/lock';
/** Milliseconds between signs of life, and without one after which a holder counts as gone. */
export const heartbeat = 10_000;
export const silenceLimit = 60_000;
/** How often a dead holder's lease is tried for, and milliseconds between. */
const rounds = 40;
const roundPause = 25;
/** What marks a lease with a heartbeat; files of other programs have none. */
const mark = 'sel4-vmm-harness';

export interface Holder {
  pid: number;
  since: Date;
  /** The last sign of life; undefined for programs that give none. */
  alive: Date | undefined;
  /** What it runs; empty when it does not say. */
  command: string;
}

export interface LeaseOptions {
  /** What the holder does with the port, for whoever finds it busy. */
  command: string;
  /** Where lock files lie; the system's folder when not given. */
  folder?: string;
  now?: () => Date;
}

export interface Lease {
  /** The holder whose lease was taken over: it died without letting go. */
  tookOver: Holder | undefined;
  release(): Promise<void>;
}

async function lockFolder(): Promise<string> {
  return access(uucpFolder, constants.W_OK).then(
    () => uucpFolder,
    () => tmpdir(),
  );
}

/** `LCK..ttyUSB0`, for a PTY `LCK..pts_3`; links (by-id names) are followed, so that a port has one lock. */
export async function lockFile(port: string, folder?: string): Promise<string> {
  const device = await realpath(port).catch(() => port);
  const name = device.replace(/^\/dev\//, '').replaceAll('/', '_');
  return join(folder ?? (await lockFolder()), `LCK..${name}`);
}

/** Who a lock file names; undefined when there is none. */
export async function readHolder(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const times = await stat(file).catch(() => undefined);
  if (text === undefined || !times) return undefined;
  const [pid = '', program, since, ...command] = text.trim().split(/\s+/);
  const ours = program === mark && since !== undefined;
  return {
    pid: Number(pid),
    since: ours ? new Date(since) : times.mtime,
    alive: ours ? times.mtime : undefined,
    command: command.join(' '),
  };
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a holder still counts: its process lives, and has given a sign of life if it is one that does. */
export function holds({ pid, alive }: Holder, now: Date): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !lives(pid)) return false;
  return alive === undefined || now.getTime() - alive.getTime() < silenceLimit;
}

/** `10:42` when that was today, with the date when not. */
export function clockTime(time: Date, now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return time.toDateString() === now.toDateString() ? clock : `${date} ${clock}`;
}

export function busy(port: string, holder: Holder, now: Date): HarnessError {
  const held = `held by PID ${holder.pid} since ${clockTime(holder.since, now)}`;
  const detail = { where: port, wayOut: `wait for it, or end it: kill ${holder.pid}` };
  return new HarnessError('infrastructure', `busy: ${held}`, {
    ...detail,
    ...(holder.command !== '' && { got: `it runs: ${holder.command}` }),
  });
}

/** Takes the port, or throws HarnessError (infrastructure): `busy: held by PID 4711 since 10:42`. */
export async function takeLease(port: string, options: LeaseOptions): Promise<Lease> {
  const { command, folder, now = () => new Date() } = options;
  const file = await lockFile(port, folder);
  const text = `${String(process.pid).padStart(10)}\n${mark} ${now().toISOString()} ${command}\n`;
  let tookOver: Holder | undefined;
  for (let round = 0; !(await create(file, text)); round += 1) {
    const holder = await readHolder(file);
    if (holder && (round === rounds || holds(holder, now()))) throw busy(port, holder, now());
    if (round === rounds) throw notLeased(file, 'there is a lock file that can not be read');
    if (await removeDead(file, text, now)) tookOver = holder;
    else await sleep(roundPause);
  }
  const beat = setInterval(() => void utimes(file, now(), now()).catch(() => {}), heartbeat);
  beat.unref();
  return {
    tookOver,
    async release() {
      clearInterval(beat);
      if ((await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true });
    },
  };
}

/**
 * Removes a dead holder's file; false when another is about to do so. Only one at a time looks and removes: else one that
 * has looked would remove the lease of another that was quicker.
 */
async function removeDead(file: string, text: string, now: () => Date): Promise<boolean> {
  const guard = `${file}.takeover`;
  if (!(await create(guard, text))) {
    const holder = await readHolder(guard);
    if (holder && !holds(holder, now())) await rm(guard, { force: true });
    return false;
  }
  try {
    const holder = await readHolder(file);
    if (!holder || holds(holder, now())) return false;
    await rm(file, { force: true });
    return true;
  } catch (cause) {
    throw new HarnessError('infrastructure', "a dead program's lock file can not be removed", {
      where: file,
      got: (cause as Error).message,
      wayOut: `sudo rm ${file}`,
      cause,
    });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Makes the file whole or not at all; false when there is one. */
async function create(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    const handle = await open(draft, 'wx', 0o644);
    await handle.writeFile(text).finally(() => handle.close());
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    const got = (error as Error).message;
    throw new HarnessError('infrastructure', 'the port can not be leased', {
      where: file,
      got,
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

const notLeased = (where: string, got: string) =>
  new HarnessError('infrastructure', 'the port can not be leased', { where, got });
