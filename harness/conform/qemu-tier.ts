// SPDX-License-Identifier: BSD-2-Clause
/** The QEMU tier: the agent's image on the board's machine, the link on its serial port. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../error.js';
import { Session } from '../link/session.js';
import { qemuArguments } from '../target/qemu/arguments.js';
import { type QemuProcess, spawnQemu } from '../target/qemu/process.js';
import { qemuProgram } from '../target/qemu/qemu.js';
import { Qmp } from '../target/qemu/qmp.js';
import type { Tier } from './tier.js';

/** Milliseconds in which the machine must have come up far enough to greet. */
const bootLimit = 20_000;
/** A request is sent again after so long, and so often. */
const patience = 3_000;
const retries = 3;
/** Characters of the console that are kept for a report. */
const keptText = 4_000;
const quitLimit = 2_000;

export interface QemuTierOptions {
  board: Board;
  image: string;
  /** Name of the tier in reports. */
  name: string;
  /** Other arguments than the board's. */
  arguments?: readonly string[];
  signal?: AbortSignal | undefined;
}

/** One life of the machine. */
interface Life {
  process: QemuProcess;
  qmp: Qmp;
  session: Session;
}

export class QemuTier implements Tier {
  readonly mayCrash = true;
  readonly seesMemory = false;
  readonly name: string;
  readonly #options: QemuTierOptions;
  #life: Life | undefined;
  #text = '';

  private constructor(options: QemuTierOptions) {
    this.name = options.name;
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
    return this.#text.trim();
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
    await quit(life.process, life.qmp);
  }

  async #boot(): Promise<void> {
    this.#text = '';
    const { board, image } = this.#options;
    const process = spawnQemu(qemuProgram, this.#options.arguments ?? qemuArguments(board, image));
    const died = async () =>
      new HarnessError('infrastructure', 'QEMU died', { got: (await process.ended).stderr });
    const qmp = new Qmp(process.qmp, died);
    try {
      await qmp.connect();
      // Nothing of the console is read before the link listens to it.
      const greeted = Session.open(process.console, {
        patience: patience / 10,
        retries: bootLimit / (patience / 10),
        onText: (bytes) => {
          this.#text = (this.#text + Buffer.from(bytes).toString()).slice(-keptText);
        },
      });
      await qmp.execute('cont');
      const session = await greeted;
      session.link.setPatience(patience, retries);
      this.#life = { process, qmp, session };
    } catch (error) {
      await quit(process, qmp);
      throw error;
    }
  }
}

async function quit(process: QemuProcess, qmp: Qmp): Promise<void> {
  qmp.execute('quit').catch(() => {
    // It may be gone already.
  });
  const kill = setTimeout(() => process.kill(), quitLimit);
  await process.ended;
  clearTimeout(kill);
}
