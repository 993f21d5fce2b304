// SPDX-License-Identifier: BSD-2-Clause
/**
 * The host's end of the console: sends programs and receives logs, several in flight at a time. Other output on the
 * console can be told apart byte by byte (`harness/conform/link/frame.ts`). A program can be sent again, because it
 * leaves no state behind.
 */
import type { Duplex } from 'node:stream';
import { HarnessError } from '../base/error.js';
import { encodeFrame, type Frame, FrameReader } from '../conform/link/frame.js';
import { type Greeting, readGreeting } from './greeting.js';
import { frameKind } from './protocol.js';

/** The guest does not answer. The machine may be alive or dead. */
export class GuestSilent extends HarnessError {}
/** The guest has started again in the middle of a program. */
export class GuestRestarted extends HarnessError {}

export interface LineOptions {
  /** Programs in flight: 1 without flow control, because the UART would lose input. */
  window: number;
  /** Milliseconds without an answer after which a request is sent again, and how often. */
  patience: number;
  retries: number;
  onText: (bytes: Uint8Array) => void;
}

interface Request {
  number: number;
  line: Uint8Array;
  tries: number;
  resolve: (frame: Frame) => void;
  reject: (error: unknown) => void;
}

const session = 1;

export class Line {
  readonly #flying: Request[] = [];
  readonly #waiting: Request[] = [];
  readonly #reader: FrameReader;
  #timer: NodeJS.Timeout | undefined;
  #failure: HarnessError | undefined;
  #next = 0;
  #greeted = false;

  constructor(
    readonly stream: Duplex,
    readonly options: LineOptions,
  ) {
    this.#reader = new FrameReader({
      frame: (frame) => this.#receive(frame),
      damaged: () => {},
      text: options.onText,
    });
    stream.on('data', (chunk: Uint8Array) => this.#reader.push(chunk));
    stream.on('error', () => {});
    stream.once('close', () => this.fail(new HarnessError('infrastructure', 'the console was closed')));
  }

  /** Waits for the greeting, up to `limit` milliseconds. Rejects when the guest never answers. */
  async open(limit: number): Promise<Greeting> {
    const tries = Math.ceil(limit / this.options.patience);
    const { payload } = await this.#send(frameKind.open, new Uint8Array(), tries);
    this.#greeted = true;
    return readGreeting(payload);
  }

  /** Runs a program. Resolves with the guest's answer, which may be a refusal. */
  run(payload: Uint8Array): Promise<Frame> {
    return this.#send(frameKind.program, payload, this.options.retries);
  }

  /** Runs programs of the batch in the guest's memory. Resolves with its answer, which may be a refusal. */
  batch(payload: Uint8Array): Promise<Frame> {
    return this.#send(frameKind.batch, payload, this.options.retries);
  }

  /** Runs one program of the batch. Resolves with its log, or a refusal. */
  member(payload: Uint8Array): Promise<Frame> {
    return this.#send(frameKind.member, payload, this.options.retries);
  }

  /** Ends the session. All requests are rejected with `error`. */
  fail(error: HarnessError): void {
    clearTimeout(this.#timer);
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of [...this.#flying.splice(0), ...this.#waiting.splice(0)]) reject(error);
  }

  #send(kind: number, payload: Uint8Array, tries: number): Promise<Frame> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const number = this.#next;
      this.#next = (this.#next + 1) & 0xffff;
      const line = encodeFrame({ session, number, kind, payload });
      this.#waiting.push({ number, line, tries, resolve, reject });
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#flying.length < this.options.window) {
      const request = this.#waiting.shift();
      if (request === undefined) break;
      this.#flying.push(request);
      this.stream.write(request.line);
    }
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#flying.length === 0 || this.#failure !== undefined) return;
    this.#timer = setTimeout(() => this.#late(), this.options.patience);
  }

  /** Repeats the oldest request, or gives up. */
  #late(): void {
    const [oldest] = this.#flying;
    if (oldest === undefined) return;
    if (oldest.tries-- > 0) {
      this.stream.write(oldest.line);
      this.#watch();
      return;
    }
    this.fail(
      this.#greeted
        ? new GuestSilent('product', 'the guest is silent', { expected: 'an answer to a program' })
        : new GuestSilent('infrastructure', 'the guest never answers', {
            expected: 'the guest of vmm-harness guest --differential, started with its device tree in x0',
            wayOut:
              'read the console: the VMM must start that Image, give it a UART that it can read, and describe UART, GIC, RAM and CPUs in the device tree',
          }),
    );
  }

  #receive(frame: Frame): void {
    if (frame.session === 0 && frame.kind === frameKind.greeting && this.#greeted) {
      this.fail(new GuestRestarted('product', 'the guest has started again in the middle of a program'));
      return;
    }
    if (frame.session !== session) return;
    const place = this.#flying.findIndex(({ number }) => number === frame.number);
    if (place < 0) return;
    const [request] = this.#flying.splice(place, 1);
    request?.resolve({ ...frame, payload: frame.payload.slice() });
    this.#fill();
  }
}
