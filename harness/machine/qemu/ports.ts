// SPDX-License-Identifier: BSD-2-Clause
/** The consoles on the serial ports of a QEMU beside the machine's console, each with a log of its own. */
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { Console, type ConsoleOptions } from '../console.js';
import { ConsoleLog } from '../console-log.js';
import type { SerialPort } from '../machine.js';
import { chardevOf } from './arguments.js';
import type { RunningQemu } from './running.js';
import type { QemuSetup } from './setup.js';

/** Part of the answer to `query-chardev` (QEMU, qapi/char.json): a device of the machine is at an open frontend. */
const chardevs = v.array(v.object({ label: v.string(), 'frontend-open': v.boolean() }));

export class Ports {
  readonly #logs: ReadonlyMap<SerialPort, ConsoleLog | undefined>;
  readonly #consoles = new Map<SerialPort, Console>();
  readonly #machine: string;

  constructor({ ports = [], folder, append, board }: QemuSetup) {
    this.#machine = board.qemu?.machine ?? '';
    this.#logs = new Map(
      ports.map((port) => [
        port,
        folder === undefined ? undefined : new ConsoleLog(folder, undefined, append, `serial-${port}`),
      ]),
    );
  }

  /** Reads from the sockets of a new QEMU. */
  listen(sockets: readonly Duplex[], options: ConsoleOptions): void {
    for (const [index, [port, log]] of [...this.#logs].entries()) {
      const stream = sockets[index];
      if (stream === undefined) throw new HarnessError('harness', `port ${port} has no socket`);
      const firstLine = this.#consoles.get(port)?.line ?? log?.firstLine ?? 1;
      this.#consoles.set(port, new Console(stream, { ...options, firstLine, ...(log && { log }) }));
    }
  }

  /** Rejects with HarnessError (usage) when the machine has no such port. */
  async check(qemu: RunningQemu): Promise<void> {
    if (this.#logs.size === 0) return;
    const all = await qemu.ask(chardevs, 'query-chardev');
    for (const port of this.#logs.keys()) {
      const there = all.find(({ label }) => label === chardevOf(port))?.['frontend-open'];
      if (!there) throw absent(port, `no device of ${this.#machine} is connected to it`);
    }
  }

  /** Throws HarnessError (usage) for a port that was not asked for. */
  of(port: SerialPort): Console {
    const found = this.#consoles.get(port);
    if (found === undefined) throw absent(port, [...this.#logs.keys()].join(', ') || 'none');
    return found;
  }

  close(): void {
    for (const log of this.#logs.values()) log?.close();
  }
}

const absent = (port: SerialPort, got: string): HarnessError =>
  new HarnessError('usage', `the machine has no serial port ${port}`, {
    expected:
      typeof port === 'number'
        ? 'a port of the machine: they are counted from 0'
        : `a device in qemu.arguments, such as virtconsole,chardev=${port}`,
    got,
  });
