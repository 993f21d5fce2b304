// SPDX-License-Identifier: BSD-2-Clause
/** The two logs of a console: every byte unchanged, and every line made visible, with the host's time before it. */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { HarnessError } from '../base/error.js';
import { FolderRoom } from '../base/folder-room.js';
import { limits } from '../base/limits.js';
import { visible } from '../base/visible.js';

/** A monotonic clock in milliseconds. */
export type Clock = () => number;

/** The name of the console's logs, before `.log` and `.timed.log`. */
const consoleName = 'console';
export const rawLogName = `${consoleName}.log`;

let limit: number = limits.consoleLog.most;

/** Limits the size of every later log, in bytes. */
export function limitConsoleLogs(bytes: number = limits.consoleLog.most): void {
  limit = bytes;
}

function stamp(ms: number): string {
  const [seconds, fraction] = (ms / 1000).toFixed(3).split('.') as [string, string];
  return `[${seconds.padStart(5)}.${fraction}] `;
}

const tooMuch = (where: string) =>
  new HarnessError('product', 'the console has exceeded the size limit of its log', {
    where,
    expected: `at most ${limit} bytes`,
    wayOut: 'find out what floods it, or raise the limit: --console-limit MB',
  });

function writeError(path: string, cause: unknown): HarnessError {
  const got = cause instanceof Error ? cause.message : String(cause);
  return new HarnessError('infrastructure', 'the console log could not be written', {
    where: path,
    got,
    wayOut: 'free some space there, or choose another folder with --runs DIR',
    cause,
  });
}

const header = '# seconds since ';

interface Written {
  /** Number of the next line. */
  lines: number;
  /** Whether the last line has no end. */
  cut: boolean;
  /** Milliseconds since the log began. */
  age: number;
}

/** The contents of existing logs. */
function written(raw: string, timed: string): Written | undefined {
  if (!existsSync(raw) || !existsSync(timed)) return undefined;
  const text = readFileSync(raw, 'latin1');
  const cut = text !== '' && !text.endsWith('\n');
  const began = Date.parse(readFileSync(timed, 'latin1').slice(header.length).split('\n', 1)[0] ?? '');
  const age = Number.isNaN(began) ? 0 : Math.max(0, Date.now() - began);
  return { lines: text.split('\n').length + (cut ? 1 : 0), cut, age };
}

/**
 * Writes at once and unbuffered, so that a killed harness loses nothing that it has read. A line carries the time at
 * which its first byte arrived, in seconds since the log began.
 */
export class ConsoleLog {
  readonly rawPath: string;
  readonly timedPath: string;
  readonly #raw: number;
  readonly #timed: number;
  readonly #begin: number;
  readonly #decoder = new StringDecoder('utf8');
  #size = 0;
  #atLineStart = true;
  #open = true;

  readonly #clock: Clock;
  readonly #room: FolderRoom;

  /** Line of the raw log in which this one begins, from 1. */
  readonly firstLine: number;

  /** With `append` it continues the logs of a machine that ran before. `name` is that of the files. */
  constructor(folder: string, clock: Clock = () => performance.now(), append = false, name = consoleName) {
    this.#clock = clock;
    this.#room = new FolderRoom(folder);
    this.rawPath = join(folder, `${name}.log`);
    this.timedPath = join(folder, `${name}.timed.log`);
    let before: Written | undefined;
    try {
      before = append ? written(this.rawPath, this.timedPath) : undefined;
      this.#raw = openSync(this.rawPath, append ? 'a' : 'w');
      this.#timed = openSync(this.timedPath, append ? 'a' : 'w');
    } catch (error) {
      throw writeError(this.rawPath, error);
    }
    this.#begin = clock() - (before?.age ?? 0);
    this.firstLine = before?.lines ?? 1;
    if (before === undefined)
      this.#put(this.#timed, this.timedPath, `${header}${new Date().toISOString()}\n`);
    else if (before.cut) {
      this.#put(this.#raw, this.rawPath, '\n');
      this.#put(this.#timed, this.timedPath, '\n');
    }
  }

  /**
   * Appends the bytes that have just arrived. Throws HarnessError when the disk is full (infrastructure) or a limit is
   * reached.
   */
  write(bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#size > limit) throw tooMuch(this.rawPath);
    this.#put(this.#raw, this.rawPath, bytes);
    const now = stamp(this.#clock() - this.#begin);
    // Only the raw log contains sequences that a terminal would obey.
    let text = visible(this.#decoder.write(bytes).replaceAll('\r', ''));
    const endsLine = text.endsWith('\n');
    if (endsLine) text = text.slice(0, -1);
    const stamped = (this.#atLineStart ? now : '') + text.replaceAll('\n', `\n${now}`);
    this.#put(this.#timed, this.timedPath, endsLine ? `${stamped}\n` : stamped);
    this.#atLineStart = endsLine;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#raw);
    closeSync(this.#timed);
  }

  #put(file: number, path: string, data: Buffer | string): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#room.take(bytes.length);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    } catch (error) {
      throw writeError(path, error);
    }
  }
}
