// SPDX-License-Identifier: BSD-2-Clause
/**
 * A machine's console over any byte stream (a QEMU socket, a PTY, a serial port): sends text and waits for text.
 *
 * Input that arrives while nobody waits is kept for the next `expect`, so that no order of calls loses a byte. Each
 * complete line is compared with the table of dead markers. A hit fails the current wait and every later one.
 */

import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type ErrorDetail, type Fault, HarnessError } from '../base/error.js';
import type { ConsoleLog } from './console-log.js';
import { type Death, LineWatch } from './line-watch.js';
import type { Marker } from './markers.js';
import { type Found, ReceivedText } from './received-text.js';

export interface ExpectOptions {
  /** How errors name the awaited text ("the guest's prompt"); the pattern itself by default. */
  what?: string;
  /** Limit for the whole wait, in milliseconds; 30,000 by default. */
  limit?: number;
  /** Milliseconds without a single byte after which the wait fails; by default only the limit counts. */
  silence?: number;
}

/** The awaited text has not appeared: the limit has expired, or the machine was silent for too long. */
export class WaitError extends HarnessError {
  readonly why: 'limit' | 'silence';

  constructor(why: 'limit' | 'silence', message: string, detail: ErrorDetail, fault: Fault = 'product') {
    super(fault, message, detail);
    this.why = why;
  }
}

/** Where a pattern was found. */
export interface Match {
  /** The matching text. */
  text: string;
  /** The groups of a RegExp. */
  groups: string[];
  /** Everything between the previous match and this one. */
  before: string;
  /** Line of the raw log, from 1, in which the match ends. */
  line: number;
}

export interface ConsoleOptions {
  log?: ConsoleLog;
  markers?: readonly Marker[];
  /** Line of the raw log in which this console begins, if another one used the stream before; 1 by default. */
  firstLine?: number;
  /** The console that this one's stream is a part of: its end is the end of this one, too, and it has the log. */
  partOf?: Console;
  /**
   * Milliseconds that the machine has waited for a CPU of the host since its start. Limits grow by what it waits: on a busy
   * host a sound machine is slow, and does not fail.
   */
  starved?: () => number;
  /** Called when the stream has closed: gives the error for every later wait. */
  whyClosed?: () => Promise<HarnessError>;
}

/**
 * Milliseconds after which a stream that does not accept output counts as dead. A vanished serial port never answers.
 */
const sendLimit = 10_000;

interface Wait {
  /** Undefined waits for silence. */
  pattern: string | RegExp | undefined;
  options: ExpectOptions & { what: string; limit: number };
  /** The error when the limit expires: its message, and what was expected. */
  late: { message: string; expected: string };
  resolve: (match: Match) => void;
  reject: (error: HarnessError) => void;
  limit: NodeJS.Timeout;
  silence: NodeJS.Timeout | undefined;
  /** What the machine had waited when each limit began to count. */
  starved: { limit: number; silence: number };
  /** Whether the limit of silence that counts now is what was owed of an earlier one. */
  grown: boolean;
  /** Until when limits may grow, by `performance.now()`. */
  latest: number;
}

/** Milliseconds of waiting for a CPU that are no reason to wait longer. */
const leastOwed = 20;
/** How many times its limit a wait can take on a host that gives the machine no time. */
const mostGrowth = 10;

/** Milliseconds for a wait. */
const usualLimit = 30_000;

/**
 * Gives a wait's error the stack of its caller, because the error itself is created where bytes arrive or a timer
 * expires.
 */
function calledFrom(reject: (error: HarnessError) => void): (error: HarnessError) => void {
  const called: { stack?: string } = {};
  Error.captureStackTrace(called, calledFrom);
  return (error) => {
    error.stack = (called.stack ?? '').replace(/^.*/, `${error.name}: ${error.message}`);
    reject(error);
  };
}

const seconds = (ms: number) => `${ms / 1000} s`;
const show = (pattern: string | RegExp | undefined) =>
  pattern === undefined || typeof pattern === 'string' ? JSON.stringify(pattern) : `${pattern}`;
export class Console {
  readonly #decoder = new StringDecoder('utf8');
  /** Text that no `expect` has consumed yet. */
  readonly #text: ReceivedText;
  readonly #lines: LineWatch;
  #wait: Wait | undefined;
  #failure: HarnessError | undefined;
  #bytes = 0;

  readonly #options: ConsoleOptions;
  readonly #parts: Console[] = [];

  constructor(
    readonly stream: Duplex,
    options: ConsoleOptions = {},
  ) {
    this.#options = options;
    if (options.partOf) options.partOf.#parts.push(this);
    this.#text = new ReceivedText(options.firstLine ?? 1);
    this.#lines = new LineWatch(this.#text.line, (death) => this.#died(death), options.markers);
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    const closed = async () => this.fail(await this.#whyClosed());
    stream.on('end', closed);
    stream.on('close', closed);
    // An error is followed by 'close'. Without a listener it would end the harness.
    stream.on('error', () => {});
  }

  /** Bytes received so far. */
  get received(): number {
    return this.#bytes;
  }

  /** Line of the raw log that is being written. */
  get line(): number {
    return this.#lines.number;
  }

  /** Writes text unchanged; a line for a shell ends in `\n`. Resolves when the stream has accepted it. */
  async send(text: string): Promise<void> {
    if (this.#failure) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        const got = `not accepted after ${seconds(sendLimit)}`;
        reject(
          new HarnessError('infrastructure', 'the console accepts no input', { ...this.position(), got }),
        );
      }, sendLimit);
      this.stream.write(text, (error) => {
        clearTimeout(late);
        if (!error) resolve();
        else
          reject(
            this.#failure ??
              new HarnessError('infrastructure', 'the console accepts no input', { cause: error }),
          );
      });
    });
  }

  /**
   * Waits until `pattern` appears in the text after the previous match. `pattern` is text, or a RegExp without the g
   * and y flags whose match has at most 16,384 characters. Rejects with HarnessError: product when it does not appear
   * or a dead marker does, infrastructure when the stream ends.
   */
  expect(pattern: string | RegExp, options: ExpectOptions = {}): Promise<Match> {
    return this.#waitFor(pattern, options);
  }

  /**
   * Waits until nothing has arrived for `silence` milliseconds, and returns all text that no `expect` has consumed.
   * Rejects as `expect` does.
   */
  async settled(options: ExpectOptions & { silence: number }): Promise<string> {
    await this.#waitFor(undefined, options);
    return this.#text.take();
  }

  /**
   * Waits until nothing has arrived for `ms` milliseconds. Text that has arrived is kept for the next `expect`. Rejects
   * with HarnessError (product) when the console does not fall silent within `limit` milliseconds, by default 30,000.
   */
  async quiet(ms: number, limit = usualLimit): Promise<void> {
    const message = `the console did not fall silent in ${seconds(limit)}`;
    const expected = `silence for ${seconds(ms)}`;
    await this.#waitFor(undefined, { silence: ms, limit }, { message, expected });
  }

  /** Without a pattern it waits for silence. */
  #waitFor(
    pattern: string | RegExp | undefined,
    options: ExpectOptions,
    late?: Wait['late'],
  ): Promise<Match> {
    const wait = { ...options, what: options.what ?? show(pattern), limit: options.limit ?? usualLimit };
    const usual = {
      message: `${wait.what} did not appear within ${seconds(wait.limit)}`,
      expected: show(pattern),
    };
    if (this.#wait) {
      const both = `${show(this.#wait.pattern)} and ${show(pattern)}`;
      return Promise.reject(new HarnessError('harness', `two waits on one console: ${both}`));
    }
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#expired('limit'), wait.limit);
      const silence =
        options.silence === undefined
          ? undefined
          : setTimeout(() => this.#expired('silence'), options.silence);
      const starved = this.#options.starved?.() ?? 0;
      this.#wait = {
        pattern,
        options: wait,
        late: late ?? usual,
        resolve,
        reject: calledFrom(reject),
        limit,
        silence,
        starved: { limit: starved, silence: starved },
        grown: false,
        latest: performance.now() + mostGrowth * wait.limit,
      };
      if (pattern !== undefined) this.#found(this.#text.find(pattern));
      if (this.#failure) this.#settle()?.reject(this.#failure);
    });
  }

  /** Ends the current wait and all later ones with this error. The first such error stays. */
  fail(error: HarnessError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#settle()?.reject(error);
    for (const part of this.#parts) part.fail(error);
  }

  /** The raw log's path and a line of it, by default the one that is being written, for an error or a report. */
  position(line = this.line): { where?: string } {
    const { log, partOf } = this.#options;
    if (partOf) return partOf.position();
    return log ? { where: `${log.rawPath}:${line}` } : {};
  }

  async #whyClosed(): Promise<HarnessError> {
    const plain = new HarnessError('infrastructure', 'the console was closed', this.position());
    return (await this.#options.whyClosed?.()) ?? plain;
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    try {
      this.#options.log?.write(chunk);
    } catch (error) {
      this.fail(
        error instanceof HarnessError ? error : new HarnessError('harness', 'console log', { cause: error }),
      );
    }
    this.#heard();
    const text = this.#decoder.write(chunk);
    const pattern = this.#wait?.pattern;
    const found = pattern === undefined ? undefined : this.#text.findWith(text, pattern);
    this.#text.append(text);
    this.#found(found);
    this.#lines.read(text);
  }

  /** Resolves the current wait with its match. */
  #found(found: Found | undefined): void {
    if (!found) return;
    const { index, text, groups } = found;
    const before = this.#text.take(index + text.length).slice(0, index);
    this.#settle()?.resolve({ text, groups, before, line: this.#text.line });
  }

  #died({ marker, line, lastWords }: Death): void {
    const detail = { got: lastWords.join('\n'), ...this.position(line) };
    this.fail(new HarnessError('product', `${marker.who}: ${marker.means}`, detail));
  }

  /** Silence counts anew. */
  #heard(): void {
    const wait = this.#wait;
    if (wait?.silence === undefined) return;
    if (wait.grown) this.#count(wait, 'silence', wait.options.silence ?? 0, this.#options.starved?.() ?? 0);
    else wait.silence.refresh();
    wait.grown = false;
  }

  #count(wait: Wait, why: 'limit' | 'silence', ms: number, starved: number): void {
    clearTimeout(wait[why]);
    wait.starved[why] = starved;
    wait[why] = setTimeout(() => this.#expired(why), ms);
  }

  /** Whether a limit goes on because the machine has not had the time that it allows. */
  #goesOn(wait: Wait, why: 'limit' | 'silence'): boolean {
    const starved = this.#options.starved?.() ?? 0;
    const owed = Math.min(starved - wait.starved[why], wait.latest - performance.now());
    if (owed < leastOwed) return false;
    this.#count(wait, why, owed, starved);
    if (why === 'silence') wait.grown = true;
    return true;
  }

  #expired(why: 'limit' | 'silence'): void {
    // Input that has arrived meanwhile is read first: a harness that was not scheduled does not make a machine silent.
    const wait = this.#wait;
    const bytes = this.#bytes;
    setImmediate(() => {
      if (!wait || wait !== this.#wait || (why === 'silence' && this.#bytes !== bytes)) return;
      if (this.#goesOn(wait, why)) return;
      if (why === 'silence' && wait.pattern === undefined) {
        this.#settle()?.resolve({ text: '', groups: [], before: '', line: this.#text.line });
        return;
      }
      const { what, silence = 0 } = wait.options;
      const { message, expected } = wait.late;
      const after = why === 'limit' ? message : `silent for ${seconds(silence)} while waiting for ${what}`;
      const got = this.#bytes === 0 ? 'not one byte' : `last line: ${this.#lines.last}`;
      this.#settle()?.reject(new WaitError(why, after, { expected, got, ...this.position() }));
    });
  }

  #settle(): Wait | undefined {
    const wait = this.#wait;
    this.#wait = undefined;
    clearTimeout(wait?.limit);
    clearTimeout(wait?.silence);
    return wait;
  }
}
