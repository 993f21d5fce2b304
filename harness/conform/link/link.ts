// SPDX-License-Identifier: BSD-2-Clause
/**
 * The host's end of the link: sends requests and receives answers, in order, over any duplex stream.
 *
 * Several requests are in flight at a time, so that a slow line is busy in both directions. A target executes each
 * request number once and keeps its last answers. If a request or an answer is lost or damaged, the host sends the
 * request again and gets the kept answer, so no request is executed twice.
 */
import type { Duplex } from 'node:stream';
import { HarnessError } from '../../base/error.js';
import { encodeFrame, type Frame, type FrameKind, FrameReader, frameKinds } from './frame.js';
import { type Greeting, readGreeting } from './greeting.js';

export interface LinkOptions {
  /** Milliseconds without an answer after which a request is sent again. */
  patience?: number;
  /** How often a request is sent again before the target counts as silent. */
  retries?: number;
  /** Session number; random when not given. */
  session?: number;
  /** Called with bytes outside of frames. */
  onText?: (text: Uint8Array) => void;
}

/** The target has not answered in time. */
export class TargetSilent extends HarnessError {}

interface Request {
  number: number;
  line: Uint8Array;
  tries: number;
  /** When it was sent first. */
  since: number;
  resolve(payload: Uint8Array): void;
  reject(error: unknown): void;
}

/** Statistics of a link, for reports and tests. */
export interface LinkCounts {
  sent: number;
  answered: number;
  repeated: number;
  damaged: number;
  /** Bytes that went over the line in each direction. */
  bytesOut: number;
  bytesIn: number;
}

const defaults = { patience: 500, retries: 8 };
/** Milliseconds without an answer after which the target is looked at. */
const lookTime = 250;

export class Link {
  readonly counts: LinkCounts = { sent: 0, answered: 0, repeated: 0, damaged: 0, bytesOut: 0, bytesIn: 0 };
  readonly #stream: Duplex;
  #patience: number;
  #retries: number;
  readonly #session: number;
  readonly #reader: FrameReader;
  readonly #onData = (chunk: Uint8Array) => {
    this.counts.bytesIn += chunk.length;
    this.#reader.push(chunk);
  };
  readonly #flying: Request[] = [];
  readonly #waiting: Request[] = [];
  #window = 1;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #standsStill: (() => Promise<boolean>) | undefined;
  #looking: NodeJS.Timeout | undefined;
  #failure: HarnessError | undefined;
  #greeting: Greeting | undefined;

  constructor(stream: Duplex, options: LinkOptions = {}) {
    this.#stream = stream;
    this.#patience = options.patience ?? defaults.patience;
    this.#retries = options.retries ?? defaults.retries;
    this.#session = options.session ?? 1 + Math.floor(Math.random() * 0xfffe);
    this.#reader = new FrameReader({
      frame: (frame) => this.#receive(frame),
      damaged: () => this.#damaged(),
      text: options.onText ?? (() => {}),
    });
    stream.on('data', this.#onData);
    stream.once('close', () =>
      this.#fail(new HarnessError('infrastructure', 'the line to the target has closed')),
    );
    stream.once('error', (cause) => this.#fail(lineError(cause)));
  }

  /** Begins the session. Rejects when the target is silent. */
  async open(): Promise<Greeting> {
    const payload = await this.#send(frameKinds.open, new Uint8Array());
    const greeting = readGreeting(payload);
    if (greeting === undefined)
      throw new HarnessError('infrastructure', 'the answer of the target is not a greeting', {
        wayOut: 'build the target from the same sources as the harness',
      });
    this.#window = Math.max(1, greeting.window);
    this.#greeting = greeting;
    return greeting;
  }

  /** Sends a request. Resolves with the payload of its answer. Requests are executed in the order of the calls. */
  request(payload: Uint8Array, kind: FrameKind = frameKinds.steps): Promise<Uint8Array> {
    return this.#send(kind, payload);
  }

  /**
   * Sets how long an answer may take, in milliseconds, and how often a request is sent again. A target that stands still
   * is asked once more, at once, and is then silent.
   */
  setPatience(patience: number, retries: number, standsStill?: () => Promise<boolean>): void {
    this.#patience = patience;
    this.#retries = retries;
    this.#standsStill = standsStill;
  }

  /** Ends the session for a reason from outside the line. All requests are rejected with it. */
  abort(error: HarnessError): void {
    this.#fail(error);
  }

  /** Ends the session. The stream stays open. */
  close(): void {
    this.#fail(new HarnessError('harness', 'the link was closed'));
    this.#stream.off('data', this.#onData);
  }

  #send(kind: number, payload: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const number = this.#next;
      this.#next = (this.#next + 1) & 0xffff;
      const line = encodeFrame({ session: this.#session, number, kind, payload });
      this.#waiting.push({ number, line, tries: 0, since: 0, resolve, reject });
      this.#fill();
    });
  }

  #fill(): void {
    // A target keeps as many answers as the window is wide, so a newer request must wait for the oldest answer.
    const reach = () => ((this.#waiting[0]?.number ?? 0) - (this.#flying[0]?.number ?? 0)) & 0xffff;
    while (this.#flying.length === 0 || reach() < this.#window) {
      const request = this.#waiting.shift();
      if (request === undefined) break;
      this.#flying.push(request);
      this.#write(request);
    }
    this.#watch();
  }

  #write(request: Request): void {
    request.tries += 1;
    if (request.tries === 1) request.since = performance.now();
    if (request.tries === 1) this.counts.sent += 1;
    else this.counts.repeated += 1;
    this.counts.bytesOut += request.line.length;
    this.#stream.write(request.line);
  }

  /** Sets the timer for the oldest request. */
  #watch(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
    const [oldest] = this.#flying;
    if (oldest === undefined || this.#failure !== undefined) return;
    this.#timer = setTimeout(() => this.#repeat(), this.#patience);
    if (this.#standsStill !== undefined) this.#looking = setTimeout(() => this.#look(oldest), lookTime);
  }

  /** Looks whether the target stands still while a request waits for its answer. */
  async #look(request: Request): Promise<void> {
    const still = await this.#standsStill?.();
    if (request !== this.#flying[0] || this.#failure !== undefined) return;
    if (!still) this.#looking = setTimeout(() => this.#look(request), lookTime);
    else if (request.tries === 1) this.#repeat();
    else this.#fail(this.#silent(request));
  }

  #repeat(): void {
    const [oldest] = this.#flying;
    if (oldest === undefined) return;
    if (oldest.tries > this.#retries) {
      this.#fail(this.#silent(oldest));
      return;
    }
    for (const request of this.#flying) this.#write(request);
    this.#watch();
  }

  #silent(request: Request): HarnessError {
    const waited = ((performance.now() - request.since) / 1000).toFixed(1);
    const before =
      this.#greeting === undefined ? 'it never greeted' : `it had answered ${this.counts.answered} requests`;
    return new TargetSilent('infrastructure', `the agent on the target is silent for ${waited} s`, {
      expected: `an answer to request ${request.number}`,
      got: `${this.counts.damaged} damaged frames; ${before}`,
      wayOut: 'read the last output of the target in the console log of the run',
    });
  }

  #damaged(): void {
    this.counts.damaged += 1;
    const [oldest] = this.#flying;
    // A request is repeated at once only the first time. On a bad line, the timer repeats it from then on.
    if (oldest !== undefined && oldest.tries === 1) this.#repeat();
  }

  #receive(frame: Frame): void {
    if (frame.session === 0 && frame.kind === frameKinds.greeting) {
      // A target sends a greeting when it starts. In the middle of a session it must have been reset.
      if (this.#greeting !== undefined)
        this.#fail(new HarnessError('infrastructure', 'the target was reset'));
      return;
    }
    if (frame.session !== this.#session) return;
    if (frame.kind === frameKinds.again) {
      const [oldest] = this.#flying;
      if (oldest !== undefined && oldest.tries === 1) this.#repeat();
      return;
    }
    // Answers arrive in order, but one may have been lost.
    const place = this.#flying.findIndex(({ number }) => number === frame.number);
    if (place < 0) return;
    const [request] = this.#flying.splice(place, 1);
    this.counts.answered += 1;
    request?.resolve(frame.payload.slice());
    this.#fill();
  }

  #fail(error: HarnessError): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of [...this.#flying.splice(0), ...this.#waiting.splice(0)]) reject(error);
  }
}

function lineError(cause: unknown): HarnessError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new HarnessError('infrastructure', `the line to the target failed: ${text}`, { cause });
}
