// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU as a machine. It is started directly, on two inherited socket pairs (console, QMP), so that there is nothing to
 * connect to, no name in the file system, and no byte before the harness reads. `setpriv --pdeathsig` makes the kernel
 * end it with the harness, however the harness dies.
 */
import type { Duplex } from 'node:stream';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { noProgress, type Progress } from '../../base/progress.js';
import { Console, type ConsoleOptions } from '../console.js';
import { ConsoleLog } from '../console-log.js';
import type { Machine, SerialPort, Snapshot, Target } from '../machine.js';
import { inheritedFd, loaders, machineOf, oldestQemu, qemuArguments, qemuByHand } from './arguments.js';
import { qemuFor } from './choose.js';
import { firmwareFor } from './firmware.js';
import { loadState, waitingForState } from './migration.js';
import { Ports } from './ports.js';
import type { Ended } from './process.js';
import { qemuProgram, sandboxOf } from './program.js';
import { RunningQemu } from './running.js';
import type { QemuSetup } from './setup.js';
import { type Begin, SnapshotOfQemu } from './snapshot.js';
import { wireVirtualInterrupts } from './wiring.js';

export { qemuProgram };

/**
 * QEMU for one board. `program` replaces the QEMU that the harness would choose; `progress` reports a download of one.
 * Throws HarnessError (usage) for a board that no QEMU emulates.
 */
export function qemuTarget(board: Board, program?: string, progress: Progress = noProgress): Target {
  machineOf(board);
  const find = async () => (program === undefined ? qemuFor(board, progress) : { program });
  return {
    name: 'qemu',
    look: async () => {
      await find();
    },
    start: async (image, options) => {
      options.signal?.throwIfAborted();
      return QemuMachine.start({ board, image, qemu: await find(), ...options });
    },
  };
}

export class QemuMachine implements Machine {
  readonly facts: Record<string, string> = {};
  readonly #setup: QemuSetup;
  readonly #load: readonly string[];
  readonly #sandbox: readonly string[];
  readonly #log: ConsoleLog | undefined;
  readonly #ports: Ports;
  readonly #onAbort = () => void this.powerOff();
  #qemu: RunningQemu;
  #console: Console | undefined;
  #snapshot: SnapshotOfQemu | undefined;

  private constructor(setup: QemuSetup, load: readonly string[], sandbox: readonly string[], begin?: Begin) {
    this.#setup = setup;
    this.#sandbox = sandbox;
    const { board, qemu, folder } = setup;
    this.#load = load;
    this.#log = folder === undefined ? undefined : new ConsoleLog(folder, undefined, setup.append);
    this.#ports = new Ports(setup);
    this.facts['QEMU by hand'] = qemuByHand(board, qemu.program, this.#load);
    this.#qemu = this.#spawn(begin);
    // A log contains every line from the first on.
    if (this.#log) this.#console = this.#listen(this.#log.firstLine);
    this.#listenToPorts();
  }

  /** Starts it. Rejects with HarnessError (infrastructure) when QEMU is missing, too old or does not start. */
  static async start(asked: QemuSetup): Promise<QemuMachine> {
    const setup = { ...asked, ports: asked.ports?.filter((port) => port !== asked.board.qemu?.serial) };
    const [firmware, sandbox] = await Promise.all([firmwareFor(setup.board), sandboxOf(setup.qemu)]);
    const { board, image, asKernel, more = [], signal } = setup;
    const load = [...(asKernel ? ['-kernel', image] : loaders(board, image, firmware)), ...more];
    const snapshot = await SnapshotOfQemu.for(setup, load);
    signal?.throwIfAborted();
    const begin = await snapshot?.open();
    try {
      const machine = new QemuMachine(setup, load, sandbox, begin);
      signal?.addEventListener('abort', machine.#onAbort);
      await machine.#begin(begin);
      snapshot?.attach(machine.#qemu, begin);
      machine.#snapshot = snapshot;
      if (begin) machine.facts['began from'] = `a snapshot of ${begin.saved}`;
      return machine;
    } catch (error) {
      if (!(error instanceof HarnessError) || begin === undefined || signal?.aborted) throw error;
      await snapshot?.refuse(error);
      return QemuMachine.start(setup);
    } finally {
      begin?.close();
    }
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  get stream(): Duplex {
    return this.#qemu.stream;
  }

  get console(): Console {
    this.#console ??= this.#listen();
    return this.#console;
  }

  port(port: SerialPort): Console {
    return port === this.#setup.board.qemu?.serial ? this.console : this.#ports.of(port);
  }

  diagnose(): Promise<HarnessError | undefined> {
    return this.#qemu.diagnose();
  }

  standsStill(): Promise<boolean> {
    return this.#qemu.standsStill();
  }

  /** Starts another process, because QEMU ends with the machine that it runs. */
  async reset(): Promise<void> {
    await this.#qemu.switchOff();
    this.#setup.signal?.throwIfAborted();
    const listens = this.#console !== undefined;
    const firstLine = this.#console?.line ?? 1;
    this.#qemu = this.#spawn();
    delete this.facts['began from'];
    this.#snapshot?.attach(this.#qemu);
    this.#console = listens ? this.#listen(firstLine) : undefined;
    this.#listenToPorts();
    await this.#begin();
  }

  async powerOff(): Promise<void> {
    this.#setup.signal?.removeEventListener('abort', this.#onAbort);
    await this.#qemu.switchOff();
    this.#log?.close();
    this.#ports.close();
  }

  #spawn(begin?: Begin): RunningQemu {
    const { board, qemu, ports = [] } = this.#setup;
    // A machine that begins in a saved state has its image in memory.
    const load = begin ? [...(this.#setup.more ?? []), ...waitingForState] : this.#load;
    const args = [...this.#sandbox, ...qemuArguments(board, load, ports)];
    const description = {
      what: 'the machine',
      where: () => this.#console?.position().where,
      died: (how: string, { exitCode, stderr }: Ended) => this.#died(how, exitCode, stderr),
    };
    return new RunningQemu(qemu, args, description, begin ? [begin.descriptor] : [], ports.length);
  }

  #listen(firstLine = 1): Console {
    const log = this.#log;
    return new Console(this.#qemu.stream, { ...this.#watch(), firstLine, ...(log && { log }) });
  }

  /** A port's console ends with the machine. */
  #listenToPorts(): void {
    const { ports = [] } = this.#setup;
    if (ports.length > 0) this.#ports.listen(this.#qemu.sockets, { ...this.#watch(), partOf: this.console });
  }

  /** What every console of the running QEMU has. */
  #watch(): ConsoleOptions {
    const qemu = this.#qemu;
    const { markers } = this.#setup;
    return {
      starved: () => qemu.starved(),
      whyClosed: () => qemu.whyEnded(),
      ...(markers && { markers }),
    };
  }

  /** Checks the version, connects what this QEMU leaves unconnected, and lets the machine run. */
  async #begin(begin?: Begin): Promise<void> {
    const { machine = '', since = oldestQemu } = this.#setup.board.qemu ?? {};
    try {
      this.facts['process id'] = String(this.#qemu.pid);
      this.facts.QEMU = await this.#qemu.connect(since);
      const wires = await wireVirtualInterrupts(machine, this.#qemu);
      if (wires.length > 0) {
        // A user who runs it by hand types this at QEMU's own prompt before the machine runs.
        const commands = wires.map(({ path, property, value }) => `qom-set ${path} ${property} ${value}`);
        this.facts['QEMU needs, with -S'] = [...commands, 'cont'].join('; ');
      }
      await this.#ports.check(this.#qemu);
      if (begin) await loadState(this.#qemu, inheritedFd + (this.#setup.ports?.length ?? 0));
      await this.#qemu.execute('cont');
    } catch (error) {
      await this.powerOff();
      throw error;
    }
  }

  #died(how: string, exitCode: number | null, stderr: string): HarnessError {
    const where = this.#console?.position() ?? {};
    if (exitCode === 127) {
      return new HarnessError('infrastructure', `${this.#setup.qemu.program} cannot be started`, {
        got: stderr,
        wayOut: 'vmm-harness setup demo installs it (Debian: qemu-system-arm)',
      });
    }
    const expected = 'QEMU runs until it is switched off';
    return new HarnessError('infrastructure', 'QEMU died', { expected, got: how, ...where });
  }
}
