// SPDX-License-Identifier: BSD-2-Clause
/** A QEMU that runs: its process and its monitor, how it ends, and what is wrong with it when it says nothing. */
import type { Duplex } from 'node:stream';
import { HarnessError } from '../../base/error.js';
import { isTooOld, oldestQemu } from './arguments.js';
import { type Ended, type QemuProcess, spawnQemu } from './process.js';
import type { Qemu } from './program.js';
import { type QemuVersion, Qmp } from './qmp.js';

/** How errors name what QEMU runs. */
export interface QemuWords {
  /** `the machine` */
  what: string;
  /** Why it ended, when nobody ended it. */
  died(how: string, ended: Ended): HarnessError;
  /** Line of the console's log that an error points at. */
  where?(): string | undefined;
}

/** After QEMU was asked to quit it has this long before it is killed, in milliseconds. */
const quitLimit = 2_000;

export class RunningQemu {
  readonly #process: QemuProcess;
  readonly #qmp: Qmp;
  readonly #words: QemuWords;
  #off = false;
  #wasReset = false;

  /** Starts it, with descriptors of ours besides. With `-S` among the arguments it waits for `cont`. */
  constructor(
    { program, env }: Pick<Qemu, 'program' | 'env'>,
    args: readonly string[],
    words: QemuWords,
    inherited: readonly number[] = [],
  ) {
    this.#words = words;
    this.#process = spawnQemu(program, args, env, inherited);
    this.#qmp = new Qmp(
      this.#process.qmp,
      () => this.whyEnded(),
      (event, data) => {
        if (event === 'SHUTDOWN' && data.reason === 'guest-reset') this.#wasReset = true;
      },
    );
  }

  /** What the first serial port on the console's descriptor says and hears. */
  get stream(): Duplex {
    return this.#process.console;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Waits for the monitor; gives QEMU's version. Rejects with HarnessError (infrastructure) for one before `since`. */
  async connect(since: QemuVersion = oldestQemu): Promise<string> {
    const version = await this.#qmp.connect();
    const got = version.join('.');
    if (!isTooOld(version, since)) return got;
    throw new HarnessError('infrastructure', 'this QEMU is too old', {
      expected: `${since.join('.')} or later`,
      got,
      wayOut: "take Debian 12's qemu-system-arm, or a later one by PATH",
    });
  }

  /** Runs a command of the monitor's; rejects with HarnessError (infrastructure) when QEMU refuses it or hangs. */
  execute<T = unknown>(command: string, values?: Record<string, unknown>): Promise<T> {
    return this.#qmp.execute(command, values);
  }

  /** Why nothing comes: QEMU has ended, hangs or stands still; undefined when all looks well. */
  async diagnose(): Promise<HarnessError | undefined> {
    try {
      const { status } = await this.execute<{ status: string }>('query-status');
      if (status === 'running') return undefined;
      const what = `QEMU has stopped ${this.#words.what}`;
      return new HarnessError('infrastructure', what, { got: `status ${status}` });
    } catch (error) {
      return error instanceof HarnessError ? error : undefined;
    }
  }

  /** Waits for its end, and says why it came. */
  async whyEnded(): Promise<HarnessError> {
    const ended = await this.#process.ended;
    const { what } = this.#words;
    if (this.#off) return new HarnessError('infrastructure', `${what} was switched off`);
    if (this.#wasReset) {
      const where = this.#words.where?.();
      const reset = `${what} was reset by what runs on it`;
      return new HarnessError('product', reset, where === undefined ? {} : { where });
    }
    const { exitCode, signal, stderr } = ended;
    const how = signal ? `ended by ${signal}` : `exit code ${exitCode}`;
    return this.#words.died(stderr === '' ? how : `${how}: ${stderr}`, ended);
  }

  /** Asks it to quit, kills it when it does not. Resolves when it is gone. */
  async switchOff(): Promise<void> {
    if (!this.#off) {
      this.#off = true;
      this.execute('quit').catch(() => {
        // It may be gone already.
      });
      const timer = setTimeout(this.#process.kill, quitLimit);
      await this.#process.ended;
      clearTimeout(timer);
    }
    await this.#process.ended;
  }
}
