// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU's machine protocol (docs/interop/qmp-spec): one JSON object per line, in each direction, over any byte stream.
 */
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { checkedJson, jsonAs, type Schema } from '../../base/json.js';

const greeting = v.object({
  version: v.object({ qemu: v.object({ major: v.number(), minor: v.number(), micro: v.number() }) }),
});

/** A line from QEMU: a greeting, an answer, or an event. */
const message = v.object({
  QMP: v.optional(greeting),
  id: v.optional(v.number()),
  return: v.optional(v.unknown()),
  error: v.optional(v.object({ desc: v.string() })),
  event: v.optional(v.string()),
  data: v.optional(v.record(v.string(), v.unknown())),
});
type Message = v.InferOutput<typeof message>;
type Greeting = v.InferOutput<typeof greeting>;

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
  async execute(command: string, args?: Record<string, unknown>): Promise<unknown> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    const { error, return: value } = await this.#limited(answer, command).finally(() =>
      this.#answers.delete(id),
    );
    if (error) throw new HarnessError('infrastructure', `QEMU refused ${command}`, { got: error.desc });
    return value;
  }

  /** As `execute`, and rejects also when the answer does not match the schema. */
  async ask<T>(schema: Schema<T>, command: string, args?: Record<string, unknown>): Promise<T> {
    const answer = await this.execute(command, args);
    return checkedJson(schema, answer, {
      what: `QEMU's answer to ${command}`,
      where: 'QMP',
      fault: 'infrastructure',
      wayOut: 'vmm-harness doctor shows which QEMU is used, and which versions are tested',
    });
  }

  #take(line: string): void {
    // What is cut short or does not belong to the protocol is no answer: the awaited one does not arrive.
    const said = jsonAs(message, line);
    if (said === undefined) return;
    if (said.QMP) this.#greet(said.QMP);
    else if (said.event !== undefined) this.#onEvent(said.event, said.data ?? {});
    else if (said.id !== undefined) this.#answers.get(said.id)?.(said);
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
