// SPDX-License-Identifier: BSD-2-Clause
/**
 * A board behind a command of the lab's own that starts an image and is the board's line until it ends (`run` in the lab
 * file), such as `mq.sh run` of seL4's machine queue.
 */
import type { Duplex } from 'node:stream';
import { HarnessError } from '../../base/error.js';
import { interrupted } from '../../base/interrupt.js';
import { Console } from '../console.js';
import { ConsoleLog } from '../console-log.js';
import type { Machine, StartOptions } from '../machine.js';
import type { LabBoard } from './lab/lab-board.js';
import { type Lock, takeLock } from './lock.js';
import { openCommand } from './serial/command-port.js';
import type { Port } from './serial/port.js';

/** What `flash`, `console` and `doctor` say, which work on a line. */
export const hasNoLine = ({ name, where }: LabBoard): HarnessError =>
  new HarnessError('usage', `${name} has no line of its own: its command \`run\` starts an image`, {
    where,
    wayOut: 'use run, test, conform or differential, or give the board a port',
  });

/**
 * Starts the command with IMAGE, BOARD and ADDRESS in its environment, after the board's lock is taken, if it has one.
 * Rejects with HarnessError (infrastructure) when the lock is not available, or when the command ends at once.
 */
export async function runByCommand(
  entry: LabBoard,
  command: string,
  image: string,
  start: StartOptions,
): Promise<Machine> {
  const signal = start.signal ?? new AbortController().signal;
  if (signal.aborted) throw interrupted();
  const lock = entry.lock && (await takeLock(entry.name, entry.lock, signal));
  const machine = new CommandMachine(entry, command, image, start, lock);
  await machine.reset();
  return machine;
}

class CommandMachine implements Machine {
  readonly #log: ConsoleLog;
  #port: Port | undefined;
  #console: Console | undefined;
  #off: Promise<void> | undefined;
  readonly #onAbort = () => void this.powerOff();

  constructor(
    readonly entry: LabBoard,
    readonly command: string,
    readonly image: string,
    readonly start: StartOptions,
    readonly lock: Lock | undefined,
  ) {
    start.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#log = new ConsoleLog(start.folder, undefined, start.append);
  }

  get console(): Console {
    if (this.#console === undefined) throw new HarnessError('harness', 'the board is switched off');
    return this.#console;
  }

  get stream(): Duplex {
    return this.console.stream;
  }

  get facts(): Readonly<Record<string, string>> {
    return { board: this.entry.name, 'run by': this.command };
  }

  async diagnose(): Promise<HarnessError | undefined> {
    const why = this.#port?.whyGone() ?? '';
    return why === '' ? undefined : this.#ended(why);
  }

  async reset(): Promise<void> {
    const { name, board, line } = this.entry;
    const firstLine = this.#console?.line ?? this.#log.firstLine;
    await this.#port?.close();
    this.#port = undefined;
    const env = { IMAGE: this.image, BOARD: board.name, ADDRESS: `0x${board.loadAddress.toString(16)}` };
    try {
      const port = await openCommand({ kind: 'exec', command: this.command }, name, line, env);
      this.#port = port;
      const whyClosed = async () => this.#ended(port.whyGone());
      this.#console = new Console(port.stream, { log: this.#log, firstLine, whyClosed });
    } catch (error) {
      await this.powerOff();
      throw error;
    }
  }

  powerOff(): Promise<void> {
    this.#off ??= this.#end();
    return this.#off;
  }

  async #end(): Promise<void> {
    this.start.signal?.removeEventListener('abort', this.#onAbort);
    await this.#port?.close();
    // A failure to return the board cannot change what the run has found.
    await this.lock?.release().catch(() => {});
    this.#log.close();
  }

  #ended(why: string): HarnessError {
    return new HarnessError(
      'infrastructure',
      `the command that runs images on ${this.entry.name} has ended`,
      {
        where: this.command,
        got: why === '' ? 'nothing more is known' : why,
        wayOut: 'console.log in the run folder has its output',
      },
    );
  }
}
