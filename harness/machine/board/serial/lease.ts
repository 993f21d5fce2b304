// SPDX-License-Identifier: BSD-2-Clause
/**
 * Who has a serial port. The lease is a UUCP lock file (Filesystem Hierarchy Standard 3.0, 5.9.1: `LCK..ttyUSB0`, the
 * pid in ten characters), so picocom and minicom keep off our ports and we off theirs. Ours has two more lines, since
 * when and by what, and is touched every few seconds: one whose holder is dead, or has been silent for long, is taken
 * over. Behind it node-serialport's flock() on the device itself lets only one in, whatever the files say.
 */
import { constants, statSync } from 'node:fs';
import { access, type FileHandle, link, open, readFile, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';
import { leaseName, portAddress } from './address.js';

const uucpFolder = '/run/lock';
/** Milliseconds between signs of life, and without one after which a holder counts as gone. */
const heartbeat = 10_000;
export const silenceLimit = 60_000;
/** How often a dead holder's lease is tried for, and milliseconds between. */
const rounds = 40;
const roundPause = 25;
/** What marks a lease with a heartbeat; files of other programs have none. */
const mark = 'sel4-vmm-harness';

export interface Holder {
  pid: number;
  /** Owner of the lock file. */
  uid: number;
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

/**
 * `LCK..ttyUSB0`, for a PTY `LCK..pts_3`, for a port that is elsewhere `LCK..net_lab_4001`; links (by-id names) are followed,
 * so that a port has one lock.
 */
export async function lockFile(port: string, folder?: string): Promise<string> {
  const name = await lockName(port);
  return join(folder ?? (await lockFolder()), `LCK..${name}`);
}

async function lockName(port: string): Promise<string> {
  const address = portAddress(port);
  if (address !== undefined && address.kind !== 'device') return leaseName(address);
  const device = await realpath(port).catch(() => port);
  return device.replace(/^\/dev\//, '').replaceAll('/', '_');
}

/** Bytes of a lock file that are read: anybody may have written it. */
const readBytes = 1_024;

/** What a lock file says, and who wrote it; undefined when there is none. Anything but a regular file is refused. */
async function readPlanted(file: string): Promise<{ text: string; mtime: Date; uid: number } | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let handle: FileHandle;
  try {
    handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'ENXIO') throw planted(file, code === 'ELOOP' ? 'a link' : 'a socket');
    return undefined;
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw planted(file, stat.isFIFO() ? 'a FIFO' : 'something else');
    const bytes = Buffer.alloc(readBytes);
    const { bytesRead } = await handle.read(bytes, 0, readBytes, 0);
    return { text: bytes.toString('latin1', 0, bytesRead), mtime: stat.mtime, uid: stat.uid };
  } finally {
    await handle.close();
  }
}

const planted = (where: string, got: string) =>
  new HarnessError('infrastructure', 'the lock file of a port is no file', {
    where,
    expected: 'a regular file with the pid of who has the port',
    got,
    wayOut: `sudo rm ${where}, and see who else can write there`,
  });

/** Who a lock file names; undefined when there is none. */
async function readHolder(file: string): Promise<Holder | undefined> {
  const found = await readPlanted(file);
  if (found === undefined) return undefined;
  const { text, mtime, uid } = found;
  const [pid = '', program, since = '', ...command] = text.trim().split(/\s+/);
  const begun = new Date(since);
  const ours = program === mark && !Number.isNaN(begun.getTime());
  return {
    pid: /^\d{1,10}$/.test(pid) ? Number(pid) : 0,
    uid,
    since: ours ? begun : mtime,
    alive: ours ? mtime : undefined,
    command: ours ? command.join(' ') : '',
  };
}

/** Whether a process is there; one that may not be signalled is there too. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whose process it is; undefined where that cannot be seen. */
function ownerOf(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return undefined;
  }
}

/**
 * Whether a holder still counts: its process lives, and has given a sign of life if it is one that does. A file that names
 * a process of somebody else's than its own writer (init, say) was made up; only root may write for others.
 */
export function holds({ pid, uid, alive }: Holder, now: Date): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1 || !lives(pid)) return false;
  const owner = ownerOf(pid);
  if (uid !== 0 && owner !== undefined && owner !== uid) return false;
  return alive === undefined || now.getTime() - alive.getTime() < silenceLimit;
}

/** `10:42` when that was today, with the date when not. */
export function clockTime(time: Date, now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return time.toDateString() === now.toDateString() ? clock : `${date} ${clock}`;
}

function busy(port: string, holder: Holder, now: Date): HarnessError {
  const held = `held by PID ${holder.pid} since ${clockTime(holder.since, now)}`;
  const isOurs = holder.uid === process.geteuid?.();
  const end = isOurs ? `end it: kill ${holder.pid}` : `ask user ${holder.uid}, whose it is`;
  const detail = { where: port, wayOut: `wait for it, or ${end}` };
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
    if (round === rounds) throw notLeased(file, 'there is a lock file that cannot be read');
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
    throw new HarnessError('infrastructure', "a dead program's lock file cannot be removed", {
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
    throw new HarnessError('infrastructure', 'the port cannot be leased', {
      where: file,
      got,
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

const notLeased = (where: string, got: string) =>
  new HarnessError('infrastructure', 'the port cannot be leased', { where, got });
