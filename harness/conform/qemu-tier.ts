// SPDX-License-Identifier: BSD-2-Clause
/** The QEMU tier: an image on the board's machine, the link on its serial port. */
import { setTimeout } from 'node:timers/promises';
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { qemuArguments } from '../machine/qemu/arguments.js';
import { firmwareFor } from '../machine/qemu/firmware.js';
import { type QemuProcess, spawnQemu } from '../machine/qemu/process.js';
import { type Qemu, qemuProgram } from '../machine/qemu/program.js';
import { Qmp, quitQemu } from '../machine/qemu/qmp.js';
import { wireVirtualInterrupts } from '../machine/qemu/wiring.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { ConsoleText } from './console-text.js';
import { TargetSilent } from './link/link.js';
import { Session } from './link/session.js';
import type { Diagnosis, Tier } from './tier.js';

const usual = { bootLimit: 20_000, patience: 1_500 } as const;
/** How often a request is sent again. */
const retries = 2;
/** Milliseconds that the one who reports a death has for the rest of its report. */
const reportTime = 100;

export interface QemuTierOptions {
  board: Board;
  image: string;
  /** The number that the agent in the image greets with. */
  build: number;
  /** Name of the tier in reports. */
  name: string;
  /** What the VMM runs on, as reports name it. */
  on: string;
  /** Rules that what the VMM runs on is known to break by itself. */
  deviations?: readonly Deviation[];
  /** Other arguments than the board's. */
  arguments?: readonly string[];
  /** Another QEMU than the one in PATH. */
  qemu?: Pick<Qemu, 'program' | 'env'>;
  /** Milliseconds in which the machine must have come up far enough to greet. */
  bootLimit?: number;
  /** Milliseconds after which a request is sent again. */
  patience?: number;
  signal?: AbortSignal | undefined;
}

/** One life of the machine. */
interface Life {
  process: QemuProcess;
  qmp: Qmp;
  session: Session;
}

export class QemuTier implements Tier {
  readonly deathsToCount = 2;
  readonly seesMemory = false;
  readonly name: string;
  readonly on: string;
  readonly deviations: readonly Deviation[];
  readonly #options: QemuTierOptions;
  #life: Life | undefined;
  #text = new ConsoleText();
  #ended = '';
  #wasReset = false;

  private constructor(options: QemuTierOptions) {
    this.name = options.name;
    this.on = options.on;
    this.deviations = options.deviations ?? [];
    this.#options = options;
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true });
  }

  static async start(options: QemuTierOptions): Promise<QemuTier> {
    const tier = new QemuTier(options);
    await tier.#boot();
    return tier;
  }

  get session(): Session {
    if (this.#life === undefined) throw new HarnessError('harness', 'the machine is switched off');
    return this.#life.session;
  }

  lastWords(): string {
    return this.#text.words();
  }

  async diagnose(error: HarnessError): Promise<Diagnosis> {
    await setTimeout(reportTime);
    if (this.#wasReset) {
      const reset = new HarnessError('infrastructure', 'the machine was reset by what runs on it', {
        expected: 'a machine that runs until it is switched off',
        got: this.lastWords(),
      });
      return { who: 'target', error: reset };
    }
    if (this.#ended !== '') {
      const ended = new HarnessError('infrastructure', 'QEMU died', { got: this.#ended, cause: error });
      return { who: 'target', error: ended };
    }
    const dead = this.#text.dead();
    if (dead === 'vmm') return { who: 'vmm', error };
    const who = dead === undefined && error instanceof TargetSilent ? 'silent' : 'target';
    return { who, error };
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#boot();
  }

  async stop(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    life.session.link.close();
    await quitQemu(life.qmp, life.process);
  }

  async #boot(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    this.#text = new ConsoleText();
    this.#ended = '';
    this.#wasReset = false;
    const { board, image, build } = this.#options;
    const { bootLimit = usual.bootLimit, patience = usual.patience } = this.#options;
    const { program, env } = this.#options.qemu ?? { program: qemuProgram };
    const firmware = await firmwareFor(board);
    const process = spawnQemu(program, this.#options.arguments ?? qemuArguments(board, image, firmware), env);
    const died = async () =>
      new HarnessError('infrastructure', 'QEMU died', { got: (await process.ended).stderr });
    const qmp = new Qmp(process.qmp, died, (event, data) => {
      if (event === 'SHUTDOWN' && data.reason === 'guest-reset') this.#wasReset = true;
    });
    void process.ended.then(({ exitCode, signal, stderr }) => {
      if (process === this.#life?.process)
        this.#ended = `${signal ?? `exit code ${exitCode}`}${stderr === '' ? '' : `: ${stderr}`}`;
    });
    try {
      await qmp.connect();
      await wireVirtualInterrupts(board.qemu?.machine ?? '', qmp);
      // Nothing of the console is read before the link listens to it.
      const greeted = Session.open(process.console, {
        build,
        patience: patience / 10,
        retries: bootLimit / (patience / 10),
        onText: (bytes) => this.#heard(bytes),
      });
      const [session] = await Promise.all([greeted, qmp.execute('cont')]);
      session.link.setPatience(patience, retries);
      this.#life = { process, qmp, session };
    } catch (error) {
      await quitQemu(qmp, process);
      throw this.#withWords(error);
    }
  }

  /** What others than the agent print; some of it is that the agent will never answer again. */
  #heard(bytes: Uint8Array): void {
    const before = this.#text.dead();
    this.#text.add(bytes);
    if (before !== undefined || this.#text.dead() === undefined) return;
    const link = this.#life?.session.link;
    void setTimeout(reportTime).then(() =>
      link?.abort(new HarnessError('infrastructure', 'the target has died', { got: this.lastWords() })),
    );
  }

  #withWords(error: unknown): unknown {
    if (!(error instanceof TargetSilent)) return error;
    return new HarnessError('infrastructure', error.message, {
      ...error.detail,
      got: `${error.detail.got}\n${this.lastWords() || 'nothing on its console'}`,
    });
  }
}
