// SPDX-License-Identifier: BSD-2-Clause
/**
 * A machine's console over any byte stream (a QEMU socket, a PTY, a serial port): sends text and waits for text.
 *
 * Input that arrives while nobody waits is kept for the next `expect`, so that no order of calls loses a byte. Each
 * complete line is compared with the table of dead markers. A hit fails the current wait and every later one.
 */

import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { HarnessError } from '../base/error.js';
import type { ConsoleLog } from './console-log.js';
import { type Death, LineWatch } from './line-watch.js';
import type { Marker } from './markers.js';
import { type Found, ReceivedText } from './received-text.js';
import { type ExpectOptions, type Limit, Wait, WaitError } from './wait.js';

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
  /** The console of the machine that this one is a part of: its end is the end of this one, too. Its log is used without `log`. */
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

/** Milliseconds for a wait. */
const usualLimit = 30_000;

const seconds = (ms: number) => `${ms / 1000} s`;
const show = (pattern: string | RegExp | undefined) =>
  pattern === undefined || typeof pattern === 'string' ? JSON.stringify(pattern) : `${pattern}`;

export class Console {
  readonly #decoder = new StringDecoder('utf8');
  /** Text that no `expect` has consumed yet. */
  readonly #text: ReceivedText;
  readonly #lines: LineWatch;
  #wait: Wait<Match> | undefined;
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
    late?: { message: string; expected: string },
  ): Promise<Match> {
    const { what = show(pattern), limit = usualLimit, silence } = options;
    const usual = { message: `${what} did not appear within ${seconds(limit)}`, expected: show(pattern) };
    if (this.#wait) {
      const both = `${show(this.#wait.request.pattern)} and ${show(pattern)}`;
      return Promise.reject(new HarnessError('harness', `two waits on one console: ${both}`));
    }
    return new Promise((resolve, reject) => {
      const wait: Wait<Match> = new Wait({
        pattern,
        what,
        limit,
        silence,
        resolve,
        reject,
        late: late ?? usual,
        starved: () => this.#options.starved?.() ?? 0,
        expired: (why) => this.#expired(wait, why),
      });
      this.#wait = wait;
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
    if (log) return { where: `${log.rawPath}:${line}` };
    return partOf?.position() ?? {};
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
    this.#wait?.heard();
    const text = this.#decoder.write(chunk);
    const pattern = this.#wait?.request.pattern;
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
    this.#settle()?.request.resolve({ text, groups, before, line: this.#text.line });
  }

  #died({ marker, line, lastWords }: Death): void {
    const detail = { got: lastWords.join('\n'), ...this.position(line) };
    this.fail(new HarnessError('product', `${marker.who}: ${marker.means}`, detail));
  }

  #expired(wait: Wait<Match>, why: Limit): void {
    // Input that has arrived meanwhile is read first: a harness that was not scheduled does not make a machine silent.
    const bytes = this.#bytes;
    setImmediate(() => {
      if (wait !== this.#wait || (why === 'silence' && this.#bytes !== bytes)) return;
      if (wait.goesOn(why)) return;
      this.#settle();
      const { pattern, what, silence = 0, late } = wait.request;
      if (why === 'silence' && pattern === undefined) {
        wait.request.resolve({ text: '', groups: [], before: '', line: this.#text.line });
        return;
      }
      const silent = `silent for ${seconds(silence)} while waiting for ${what}`;
      const got = this.#bytes === 0 ? 'not one byte' : `last line: ${this.#lines.last}`;
      const detail = { expected: late.expected, got, ...this.position() };
      wait.reject(new WaitError(why, why === 'limit' ? late.message : silent, detail));
    });
  }

  #settle(): Wait<Match> | undefined {
    const wait = this.#wait;
    this.#wait = undefined;
    wait?.end();
    return wait;
  }
}
