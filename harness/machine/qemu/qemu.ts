// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU as a target. It is started directly, on two inherited socket pairs (console, QMP), so there is nothing to
 * connect to, no name in the file system, and no byte before we listen. `setpriv --pdeathsig` makes the kernel end it
 * with the harness, however that dies.
 */
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { noProgress, type Progress } from '../../base/progress.js';
import { Console } from '../console.js';
import { ConsoleLog } from '../console-log.js';
import type { Machine, StartOptions, Target } from '../target.js';
import { isTooOld, machineOf, oldestQemu, qemuArguments, qemuByHand } from './arguments.js';
import { qemuFor } from './choose.js';
import { firmwareFor } from './firmware.js';
import { type Ended, type QemuProcess, spawnQemu } from './process.js';
import { type Qemu, qemuProgram } from './program.js';
import { type QemuVersion, Qmp, quitQemu } from './qmp.js';
import { wireVirtualInterrupts } from './wiring.js';

export { qemuProgram };

const tooOld = (version: string, oldest: QemuVersion) =>
  new HarnessError('infrastructure', 'this QEMU is too old', {
    expected: `${oldest.join('.')} or later`,
    got: version,
    wayOut: "take Debian 12's qemu-system-arm, or a later one by PATH",
  });

/**
 * QEMU for one board. `program` is another QEMU than the one that the harness finds; `progress` is told when that has
 * to be fetched first. Throws HarnessError (usage) for a board that no QEMU has.
 */
export function qemuTarget(board: Board, program?: string, progress: Progress = noProgress): Target {
  machineOf(board);
  return {
    name: 'qemu',
    start: async (image, options) => {
      options.signal?.throwIfAborted();
      const qemu = program === undefined ? await qemuFor(board, progress) : { program };
      return startQemu(board, image, options, qemu);
    },
  };
}

async function startQemu(
  board: Board,
  image: string,
  options: StartOptions,
  { program, env }: Pick<Qemu, 'program' | 'env'>,
): Promise<Machine> {
  const firmware = await firmwareFor(board);
  options.signal?.throwIfAborted();
  const log = new ConsoleLog(options.folder);
  const process = spawnQemu(program, qemuArguments(board, image, firmware), env);
  const byHand = qemuByHand(board, image, program, firmware);
  const machine = new QemuMachine(board, byHand, process, log, program);
  const abort = () => void machine.powerOff();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await machine.begin();
  } catch (error) {
    await machine.powerOff();
    throw error;
  }
  return machine;
}

class QemuMachine implements Machine {
  readonly console: Console;
  readonly facts: Record<string, string>;
  private readonly qmp: Qmp;
  private off = false;
  private resetSeen = false;

  constructor(
    private readonly board: Board,
    byHand: string,
    private readonly process: QemuProcess,
    log: ConsoleLog,
    private readonly program: string,
  ) {
    const whyClosed = async () => this.death(await process.ended);
    this.console = new Console(process.console, { log, whyClosed });
    this.qmp = new Qmp(process.qmp, whyClosed, (event, data) => {
      if (event === 'SHUTDOWN' && data.reason === 'guest-reset') this.resetSeen = true;
    });
    this.facts = { 'QEMU by hand': byHand, 'process id': String(process.pid) };
    void process.ended.then(() => log.close());
  }

  /** Checks the version, connects what this QEMU leaves open and lets the machine run. */
  async begin(): Promise<void> {
    const { machine = '', since = oldestQemu } = this.board.qemu ?? {};
    const version: QemuVersion = await this.qmp.connect();
    this.facts.QEMU = version.join('.');
    if (isTooOld(version, since)) throw tooOld(this.facts.QEMU, since);
    const wires = await wireVirtualInterrupts(machine, this.qmp);
    if (wires.length > 0) {
      // By hand this is typed at QEMU's own prompt, before the machine runs.
      const words = wires.map(({ path, property, value }) => `qom-set ${path} ${property} ${value}`);
      this.facts['QEMU needs, with -S'] = [...words, 'cont'].join('; ');
    }
    await this.qmp.execute('cont');
  }

  async diagnose(): Promise<HarnessError | undefined> {
    try {
      const { status } = await this.qmp.execute<{ status: string }>('query-status');
      if (status === 'running') return undefined;
      return new HarnessError('infrastructure', 'QEMU has stopped the machine', { got: `status ${status}` });
    } catch (error) {
      return error instanceof HarnessError ? error : undefined;
    }
  }

  async powerOff(): Promise<void> {
    if (!this.off) {
      this.off = true;
      await quitQemu(this.qmp, this.process);
    }
    await this.process.ended;
  }

  private death({ exitCode, signal, stderr }: Ended): HarnessError {
    const { where } = this.console.position();
    if (this.off) return new HarnessError('infrastructure', 'the machine was switched off');
    if (this.resetSeen) {
      return new HarnessError('product', 'the machine was reset by what runs on it', where ? { where } : {});
    }
    if (exitCode === 127) {
      return new HarnessError('infrastructure', `${this.program} can't be started`, {
        got: stderr,
        wayOut: 'setup/setup demo installs it (Debian: qemu-system-arm)',
      });
    }
    const how = signal ? `ended by ${signal}` : `exit code ${exitCode}`;
    return new HarnessError('infrastructure', 'QEMU died', {
      expected: 'QEMU runs until it is switched off',
      got: stderr ? `${how}: ${stderr}` : how,
      ...(where ? { where } : {}),
    });
  }
}
