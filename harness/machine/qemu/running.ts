// SPDX-License-Identifier: BSD-2-Clause
/** A running QEMU: its process and its monitor, how it ends, and what is wrong when it is silent. */
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import type { Schema } from '../../base/json.js';
import { waitedForCpu } from '../../base/starved.js';
import { isTooOld, oldestQemu } from './arguments.js';
import { type Ended, type QemuProcess, spawnQemu } from './process.js';
import type { Qemu } from './program.js';
import { type QemuVersion, Qmp } from './qmp.js';

/** How errors describe what QEMU runs. */
export interface QemuDescription {
  /** `the machine` */
  what: string;
  /** The error for an end that was not requested. */
  died(how: string, ended: Ended): HarnessError;
  /** Line of the console's log at which an error points. */
  where?(): string | undefined;
}

/** Milliseconds that QEMU has to quit on request before it is killed. */
const quitLimit = 2_000;
/** How often the CPUs are looked at to see whether they stand still, and the milliseconds between. */
const looks = 4;
const betweenLooks = 25;

export class RunningQemu {
  readonly #process: QemuProcess;
  readonly #qmp: Qmp;
  readonly #description: QemuDescription;
  #off = false;
  #wasReset = false;

  /** Starts it, with further sockets and inherited descriptors. With `-S` among the arguments it waits for `cont`. */
  constructor(
    { program, env }: Pick<Qemu, 'program' | 'env'>,
    args: readonly string[],
    description: QemuDescription,
    inherited: readonly number[] = [],
    sockets = 0,
  ) {
    this.#description = description;
    this.#process = spawnQemu(program, args, env, inherited, sockets);
    this.#qmp = new Qmp(
      this.#process.qmp,
      () => this.whyEnded(),
      (event, data) => {
        if (event === 'SHUTDOWN' && data.reason === 'guest-reset') this.#wasReset = true;
      },
    );
  }

  /** Input and output of the serial port on the console's descriptor. */
  get stream(): Duplex {
    return this.#process.console;
  }

  /** Its further sockets, as `stream`. */
  get sockets(): readonly Duplex[] {
    return this.#process.sockets;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Waits for the monitor and returns QEMU's version. Rejects with HarnessError (infrastructure) for a version before
   * `since`.
   */
  async connect(since: QemuVersion = oldestQemu): Promise<string> {
    const version = await this.#qmp.connect();
    const got = version.join('.');
    if (!isTooOld(version, since)) return got;
    throw new HarnessError('infrastructure', 'this QEMU is too old', {
      expected: `${since.join('.')} or later`,
      got,
      wayOut: "use Debian 12's qemu-system-arm, or put a later QEMU into PATH",
    });
  }

  /** Runs a command of the monitor. Rejects with HarnessError (infrastructure) when QEMU refuses it or hangs. */
  execute(command: string, values?: Record<string, unknown>): Promise<unknown> {
    return this.#qmp.execute(command, values);
  }

  /** As `execute`, and rejects also when the answer does not match the schema. */
  ask<T>(schema: Schema<T>, command: string, values?: Record<string, unknown>): Promise<T> {
    return this.#qmp.ask(schema, command, values);
  }

  /** Why QEMU is silent: it has ended, hangs or is paused; undefined when all looks well. */
  async diagnose(): Promise<HarnessError | undefined> {
    try {
      const { status } = await this.ask(v.object({ status: v.string() }), 'query-status');
      if (status === 'running') return undefined;
      const what = `QEMU has stopped ${this.#description.what}`;
      return new HarnessError('infrastructure', what, { got: `status ${status}` });
    } catch (error) {
      return error instanceof HarnessError ? error : undefined;
    }
  }

  /** Milliseconds that its threads have waited for a CPU, of the thread that waited longest; 0 where the kernel does not tell. */
  starved(): number {
    return waitedForCpu(this.#process.pid);
  }

  /**
   * Whether each CPU is at the same instruction several times in a row: they wait for an interrupt. A QEMU that waits
   * for a CPU of this machine tells nothing.
   */
  async standsStill(): Promise<boolean> {
    const before = this.starved();
    const places = new Set<string>();
    for (let look = 0; look < looks; look += 1) {
      if (look > 0) await setTimeout(betweenLooks);
      const command = { 'command-line': 'info registers -a' };
      const text = await this.ask(v.string(), 'human-monitor-command', command).catch(() => '');
      places.add([...text.matchAll(/\bPC=([0-9a-f]+)/g)].map(([, pc]) => pc).join());
    }
    return places.size === 1 && !places.has('') && this.starved() - before < betweenLooks / 2;
  }

  /** Waits for its end, and returns the reason. */
  async whyEnded(): Promise<HarnessError> {
    const ended = await this.#process.ended;
    const { what } = this.#description;
    if (this.#off) return new HarnessError('infrastructure', `${what} was switched off`);
    if (this.#wasReset) {
      const where = this.#description.where?.();
      const reset = `${what} was reset by the image that it runs`;
      return new HarnessError('product', reset, where === undefined ? {} : { where });
    }
    const { exitCode, signal, stderr } = ended;
    const how = signal ? `ended by ${signal}` : `exit code ${exitCode}`;
    return this.#description.died(stderr === '' ? how : `${how}: ${stderr}`, ended);
  }

  /** Asks it to quit, and kills it when it does not. Resolves when it is gone. */
  async switchOff(): Promise<void> {
    if (!this.#off) {
      this.#off = true;
      this.execute('quit').catch(() => {
        // It may be gone already.
      });
      const ended = new AbortController();
      const late = setTimeout(quitLimit, undefined, { signal: ended.signal });
      late.then(this.#process.kill, () => {});
      await this.#process.ended;
      ended.abort();
    }
    await this.#process.ended;
  }
}
