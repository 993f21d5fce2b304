// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU's machine protocol (docs/interop/qmp-spec): one JSON object per line, in each direction, over any byte stream.
 */
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { HarnessError } from '../../base/error.js';

interface Greeting {
  version: { qemu: { major: number; minor: number; micro: number }; package: string };
}

interface Message {
  QMP?: Greeting;
  id?: number;
  return?: unknown;
  error?: { class: string; desc: string };
  event?: string;
  data?: Record<string, unknown>;
}

/**
 * A line from QEMU; undefined when it is cut short or does not belong to the protocol. The awaited answer then does not
 * arrive.
 */
function messageOf(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds. QEMU answers at once or not at all, when its main loop is stuck. */
const answerLimit = 5_000;

export type QemuVersion = readonly [major: number, minor: number, micro: number];

export class Qmp {
  readonly #answers = new Map<number, (message: Message) => void>();
  #next = 1;
  #greet: (greeting: Greeting) => void = () => {};
  readonly #greeting = new Promise<Greeting>((resolve) => {
    this.#greet = resolve;
  });

  readonly #closed: Promise<never>;

  readonly #stream: Duplex;
  readonly #onEvent: (event: string, data: Record<string, unknown>) => void;

  /**
   * `whyClosed` gives the error of every unanswered command when QEMU closes the stream; `onEvent` receives QEMU's own
   * events: SHUTDOWN, RESET, STOP and so on.
   */
  constructor(
    stream: Duplex,
    whyClosed: () => Promise<HarnessError>,
    onEvent: (event: string, data: Record<string, unknown>) => void = () => {},
  ) {
    this.#stream = stream;
    this.#onEvent = onEvent;
    this.#closed = new Promise((_, reject) => {
      stream.on('close', async () => reject(await whyClosed()));
    });
    this.#closed.catch(() => {});
    // When QEMU dies, the target learns that from the process; the stream's own error adds nothing.
    stream.on('error', () => {});
    createInterface(stream)
      .on('error', () => {})
      .on('line', (line) => this.#take(line));
  }

  /** Waits for the greeting, leaves negotiation mode, and returns QEMU's version. */
  async connect(): Promise<QemuVersion> {
    const { version } = await this.#limited(this.#greeting, 'greeting');
    await this.execute('qmp_capabilities');
    const { major, minor, micro } = version.qemu;
    return [major, minor, micro];
  }

  /**
   * Runs one command. Rejects with HarnessError (infrastructure) when QEMU refuses it or does not answer within 5 s.
   */
  async execute<T = unknown>(command: string, args?: Record<string, unknown>): Promise<T> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    const { error, return: value } = await this.#limited(answer, command).finally(() =>
      this.#answers.delete(id),
    );
    if (error) throw new HarnessError('infrastructure', `QEMU refused ${command}`, { got: error.desc });
    return value as T;
  }

  #take(line: string): void {
    const message = messageOf(line);
    if (message === undefined) return;
    if (message.QMP) this.#greet(message.QMP);
    else if (message.event !== undefined) this.#onEvent(message.event, message.data ?? {});
    else if (message.id !== undefined) this.#answers.get(message.id)?.(message);
  }

  async #limited<T>(answer: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const got = `no answer to ${what} in ${answerLimit / 1000} s`;
        reject(
          new HarnessError('infrastructure', 'QEMU hangs', { expected: 'an answer on its QMP socket', got }),
        );
      }, answerLimit);
    });
    return Promise.race([answer, late, this.#closed]).finally(() => clearTimeout(timer));
  }
}
