// SPDX-License-Identifier: BSD-2-Clause
/** A tier on a machine: the link runs over its console, and the machine itself reports its own failures. */
import { setTimeout } from 'node:timers/promises';
import { HarnessError } from '../base/error.js';
import type { Machine, Snapshot } from '../machine/machine.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { ConsoleText } from './console-text.js';
import { TargetSilent } from './link/link.js';
import { Session } from './link/session.js';
import type { Diagnosis, Tier } from './tier.js';

const usual = { bootLimit: 20_000, patience: 1_500 } as const;
/** How often a request is sent again. */
const retries = 2;
/** Milliseconds to wait for the whole report of a death, or for the end of the machine. */
const reportTime = 100;

export interface MachineTierOptions {
  /** Starts the machine. Its console is not read before the link listens to it. */
  machine(): Promise<Machine>;
  /** The build number in the greeting of the agent. */
  build: number;
  /** Name of the tier in reports. */
  name: string;
  /** Name of what the VMM runs on, for reports. */
  on: string;
  /** Rules that what the VMM runs on is known to break. */
  deviations?: readonly Deviation[];
  /** Milliseconds until the greeting must have arrived. */
  bootLimit?: number;
  /** Milliseconds after which a request is sent again. */
  patience?: number | undefined;
  /** The machine can stop by itself: silence counts only if it repeats. */
  mayStop?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export class MachineTier implements Tier {
  readonly deathsToCount = 2;
  readonly seesMemory = false;
  readonly name: string;
  readonly on: string;
  readonly deviations: readonly Deviation[];
  readonly mayStop: boolean;
  readonly #options: MachineTierOptions;
  #machine: Machine;
  #session: Session | undefined;
  #text = new ConsoleText();

  readonly #onAbort = () => void this.stop();

  private constructor(options: MachineTierOptions, machine: Machine) {
    this.name = options.name;
    this.on = options.on;
    this.deviations = options.deviations ?? [];
    this.mayStop = options.mayStop ?? false;
    this.#options = options;
    this.#machine = machine;
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  static async start(options: MachineTierOptions): Promise<MachineTier> {
    options.signal?.throwIfAborted();
    const tier = new MachineTier(options, await options.machine());
    await tier.#open();
    if (tier.#snapshot?.begunIn === undefined) await tier.#snapshot?.save();
    return tier;
  }

  get session(): Session {
    if (this.#session === undefined) throw new HarnessError('harness', 'the machine is switched off');
    return this.#session;
  }

  lastOutput(): string {
    return this.#text.text();
  }

  async diagnose(error: HarnessError): Promise<Diagnosis> {
    await setTimeout(reportTime);
    const trouble = await this.#machine.diagnose();
    if (trouble !== undefined) {
      const expected = 'a machine that runs until it is switched off';
      const got = trouble.detail.got ?? this.lastOutput();
      const { message } = trouble;
      return {
        cause: 'target',
        error: new HarnessError('infrastructure', message, { expected, got, cause: error }),
      };
    }
    const dead = this.#text.dead();
    if (dead === 'vmm') return { cause: 'vmm', error };
    const cause = dead === undefined && error instanceof TargetSilent ? 'silent' : 'target';
    return { cause, error };
  }

  get #snapshot(): Snapshot | undefined {
    return this.#machine.snapshot;
  }

  /** Begins in the saved state, if there is one, because a boot takes far longer. */
  async restart(): Promise<void> {
    this.#close();
    if (this.#snapshot === undefined) await this.#machine.reset();
    else {
      await this.#machine.powerOff();
      this.#machine = await this.#options.machine();
    }
    await this.#open();
  }

  async stop(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#close();
    await this.#machine.powerOff();
  }

  #close(): void {
    this.#session?.link.close();
    this.#session = undefined;
  }

  async #open(): Promise<void> {
    const { build, bootLimit = usual.bootLimit, patience = usual.patience } = this.#options;
    const often = usual.patience / 10;
    const text = new ConsoleText(() => {
      if (text === this.#text) this.#session?.link.abort(this.#death());
    });
    this.#text = text;
    try {
      const session = await Session.open(this.#machine.stream, {
        build,
        packed: true,
        patience: often,
        retries: bootLimit / often,
        onText: (bytes) => text.add(bytes),
      });
      const machine = this.#machine;
      session.link.setPatience(patience, retries, machine.standsStill?.bind(machine));
      this.#session = session;
    } catch (error) {
      await this.#machine.powerOff();
      throw this.#withOutput(error);
    }
  }

  #death(): HarnessError {
    return new HarnessError('infrastructure', 'the target has died', { got: this.lastOutput() });
  }

  #withOutput(error: unknown): unknown {
    if (!(error instanceof TargetSilent)) return error;
    return new HarnessError('infrastructure', error.message, {
      ...error.detail,
      got: `${error.detail.got}\n${this.lastOutput() || 'nothing on its console'}`,
    });
  }
}
