// SPDX-License-Identifier: BSD-2-Clause
/** Serial ports of this machine, through node-serialport, and explanations of why one cannot be opened. */
import { constants } from 'node:fs';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { SerialPort } from 'serialport';
import { HarnessError } from '../../../base/error.js';
import { nearest } from '../../../base/spelling.js';
import type { Port } from './port.js';
import type { LineSettings } from './settings.js';
import { watchDevice } from './watch-device.js';

/**
 * Where udev names USB adapters by maker and serial number. The names stay the same when an adapter is plugged in
 * again.
 */
const byId = '/dev/serial/by-id';
/** Length of a break in milliseconds: longer than any character at 300 baud. */
export const breakTime = 250;

/** The open port. It is flushed, so that earlier input is lost; the board is therefore switched on afterwards. */
export async function openDevice(path: string, settings: LineSettings): Promise<Port> {
  await checkPort(path);
  const { baud, dataBits, parity, stopBits, flowControl } = settings;
  const port = new SerialPort({
    path,
    baudRate: baud,
    dataBits,
    parity,
    stopBits,
    rtscts: flowControl === 'rtscts',
    xon: flowControl === 'xonxoff',
    xoff: flowControl === 'xonxoff',
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openError(path, error)) : resolve()));
  });
  await keepLinesOnClose(path);
  const close = () => closePort(port);
  const unwatch = watchDevice(path, () => void close());
  port.on('close', unwatch);
  return {
    stream: port,
    setBaud: (baudRate) => called((done) => port.update({ baudRate }, done)),
    async sendBreak() {
      await called((done) => port.set({ brk: true }, done));
      await sleep(breakTime);
      await called((done) => port.set({ brk: false }, done));
    },
    whyGone: () => '',
    close,
  };
}

/** Calls a node-serialport method with a callback, as a promise. */
function called(method: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => method((error) => (error ? reject(error) : resolve())));
}

/**
 * Clears HUPCL, with which the kernel drops DTR when the port is closed; some boards would reset. node-serialport's
 * `hupcl: false` only leaves the flag unchanged.
 */
async function keepLinesOnClose(path: string): Promise<void> {
  await execa('stty', ['-F', path, '-hupcl'], { reject: false, timeout: 2_000 });
}

/** Closes a port even if its device is gone. */
async function closePort(port: SerialPort): Promise<void> {
  if (!port.isOpen) return;
  await new Promise<void>((resolve) => port.close(() => resolve()));
}

async function checkPort(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there) throw await missing(path);
  if (!there.isCharacterDevice()) {
    throw new HarnessError('usage', 'this is not a serial port', {
      where: path,
      expected: 'a character device',
      got: there.isDirectory() ? 'a folder' : 'a file',
    });
  }
  const allowed = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!allowed) {
    const groups = await readFile('/etc/group', 'utf8').catch(() => '');
    throw noPermission(path, there, groups, userInfo().username);
  }
}

/** The error that names the group that the user must join to open the port; `groups` is /etc/group. */
export function noPermission(
  path: string,
  { gid, mode }: { gid: number; mode: number },
  groups: string,
  user: string,
): HarnessError {
  const group = groups.split('\n').find((line) => line.split(':')[2] === String(gid));
  const name = group?.split(':')[0] ?? `group ${gid}`;
  const groupMayUse = (mode & 0o060) === 0o060;
  return new HarnessError('infrastructure', `user ${user} may not use this port`, {
    where: path,
    expected: 'permission to read and write it',
    got: `it belongs to group ${name}, mode ${(mode & 0o777).toString(8)}`,
    wayOut: groupMayUse
      ? `sudo adduser ${user} ${name}, then log in again`
      : 'give its group access with a udev rule',
  });
}

/** The ports that exist now, for an error. */
async function present(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.map((name) => join(folder, name));
}

async function missing(path: string): Promise<HarnessError> {
  const ports = [...new Set([...(await present(byId)), ...(await present(dirname(path)))])].filter((one) =>
    /\/by-id\/|\/tty(USB|ACM|AMA|S)\d/.test(one),
  );
  const near = nearest(path, ports);
  const some = ports.slice(0, 6).join(', ');
  return new HarnessError('infrastructure', 'the serial port does not exist', {
    where: path,
    got: some === '' ? 'no serial ports' : `these serial ports: ${some}`,
    wayOut: near ? `did you mean ${near}?` : 'plug the adapter in, or correct `port` in the lab file',
  });
}

/** Sorts the errors of node-serialport's bindings. */
export function openError(path: string, cause: Error): HarnessError {
  const got = cause.message.replace(/^Error:? /, '');
  if (/Cannot lock port|busy/i.test(got)) {
    return new HarnessError('infrastructure', 'the port is busy: another program has locked it', {
      where: path,
      got,
      wayOut: `fuser -v ${path} shows which`,
      cause,
    });
  }
  if (/Inappropriate ioctl/i.test(got)) {
    return new HarnessError('usage', 'this is not a serial port', {
      where: path,
      expected: 'a terminal device',
      got,
      cause,
    });
  }
  return new HarnessError('infrastructure', 'the port cannot be opened', { where: path, got, cause });
}
