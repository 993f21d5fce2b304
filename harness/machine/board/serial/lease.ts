// SPDX-License-Identifier: BSD-2-Clause
/**
 * The lease of a serial port: a UUCP lock file (Filesystem Hierarchy Standard 3.0, 5.9.1: `LCK..ttyUSB0`, the pid in
 * ten characters), so that picocom and minicom respect the harness's ports and it respects theirs. The harness adds two
 * lines, the time and the command, and touches the file every few seconds. A lease whose holder is dead, or has been
 * silent for long, is taken over. In addition node-serialport's flock() on the device itself admits only one process,
 * whatever the files contain.
 */
import { constants, statSync } from 'node:fs';
import { access, type FileHandle, link, open, readFile, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';

import { TakenError } from '../taken.js';

import { leaseName, portAddress } from './address.js';

const uucpFolder = '/run/lock';
/** Milliseconds between signs of life, and milliseconds without one after which a holder counts as gone. */
const heartbeat = 10_000;
export const silenceLimit = 60_000;
/** Number of tries for a dead holder's lease, and milliseconds between them. */
const rounds = 40;
const roundPause = 25;
/** Marks a lease with a heartbeat. The files of other programs lack it. */
const mark = 'sel4-vmm-harness';

export interface Holder {
  pid: number;
  /** Owner of the lock file. */
  uid: number;
  since: Date;
  /** The last sign of life; undefined for programs that give none. */
  alive: Date | undefined;
  /** The command that it runs; empty when the file does not contain it. */
  command: string;
}

export interface LeaseOptions {
  /** The command that uses the port, for others who find it busy. */
  command: string;
  /** Folder of lock files; by default the system's. */
  folder?: string;
  now?: () => Date;
}

export interface Lease {
  /** The holder whose lease was taken over because it died without releasing it. */
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
 * `LCK..ttyUSB0`; `LCK..pts_3` for a PTY; `LCK..net_lab_4001` for a remote port. Links (by-id names) are followed, so
 * that a port has only one lock.
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

/** Bytes of a lock file to read: anybody may have written it. */
const readBytes = 1_024;

/** The contents and owner of a lock file; undefined when it does not exist. Refuses anything but a regular file. */
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
  new HarnessError('infrastructure', 'the lock file of a port is not a regular file', {
    where,
    expected: 'a regular file with the pid of the process that has the port',
    got,
    wayOut: `sudo rm ${where}, and check who else can write there`,
  });

/** The holder that a lock file names; undefined when there is none. */
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

/** Whether a process exists. One that may not be signalled exists too. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The owner of a process; undefined where that is not visible. */
function ownerOf(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return undefined;
  }
}

/**
 * Whether a holder is still valid: its process is alive and, if it sends a heartbeat, has sent one recently. A file
 * that names a process of another user than its writer (init, for example) is forged; only root may write for others.
 */
export function holds({ pid, uid, alive }: Holder, now: Date): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1 || !lives(pid)) return false;
  const owner = ownerOf(pid);
  if (uid !== 0 && owner !== undefined && owner !== uid) return false;
  return alive === undefined || now.getTime() - alive.getTime() < silenceLimit;
}

/** `10:42` for a time today, otherwise with the date. */
export function clockTime(time: Date, now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return time.toDateString() === now.toDateString() ? clock : `${date} ${clock}`;
}

function busy(port: string, holder: Holder, now: Date): HarnessError {
  const held = `held by PID ${holder.pid} since ${clockTime(holder.since, now)}`;
  const isOurs = holder.uid === process.geteuid?.();
  const end = isOurs ? `end it: kill ${holder.pid}` : `ask its owner, user ${holder.uid}`;
  const detail = { where: port, wayOut: `wait for it, or ${end}` };
  return new TakenError(`busy: ${held}`, {
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
    if (round === rounds) throw notLeased(file, 'a lock file exists that cannot be read');
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
 * Removes a dead holder's file; false when another process is about to do so. Only one process at a time checks and
 * removes. Otherwise a slow one could remove the new lease of a faster one.
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

/** Creates the whole file or nothing; false when it exists. */
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
