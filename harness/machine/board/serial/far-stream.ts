// SPDX-License-Identifier: BSD-2-Clause
/** The stream of a remote port, and what its far end prints when it refuses the connection. */
import { once } from 'node:events';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';
import { orInterrupted } from '../../../base/interrupt.js';
import { TakenError } from '../taken.js';

/** Milliseconds within which a server whose port is in use reports that and closes the connection. */
const refusalTime = 500;
/** Number of initial bytes to keep, for the message of a server that closes at once. */
const keptHead = 256;

/** How bytes are encoded and decoded on their way. */
interface Coding {
  decode(bytes: Buffer): Buffer;
  encode(bytes: Buffer): Buffer;
}

const asTheyAre: Coding = { decode: (bytes) => bytes, encode: (bytes) => bytes };

export class FarStream extends Duplex {
  #head = '';
  readonly #from: Readable;
  readonly #to: Writable;
  readonly #coding: Coding;

  constructor(from: Readable, to: Writable, coding = asTheyAre) {
    super();
    this.#from = from;
    this.#to = to;
    this.#coding = coding;
    from.on('data', (raw: Buffer) => {
      const bytes = coding.decode(raw);
      if (this.#head.length < keptHead) this.#head += bytes.toString('latin1', 0, keptHead);
      if (bytes.length > 0 && !this.push(bytes)) from.pause();
    });
    // Each error is followed by the end of the port, which its owner notices.
    for (const stream of [this, from, to]) stream.on('error', () => {});
  }

  /** The first line received, for an error. */
  get firstLine(): string {
    return this.#head.trim().split(/[\r\n]/)[0] ?? '';
  }

  override _read(): void {
    this.#from.resume();
  }

  override _write(bytes: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#to.write(this.#coding.encode(bytes), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#from.destroy();
    this.#to.destroy();
    done(error);
  }
}

/** The error for a port that the far end closed at once. */
export function refused(where: string, { firstLine }: FarStream, why: string): HarnessError {
  const got = [firstLine, why].filter((part) => part !== '').join('; ') || 'not one byte';
  if (/\b(in use|busy|locked)\b/i.test(firstLine)) {
    return new TakenError('busy: somebody else is using it at the far end', {
      where,
      got,
      wayOut: 'wait for it, or check at the far end who is using it',
    });
  }
  return new HarnessError('infrastructure', 'the far end closed the port at once', { where, got });
}

/**
 * Waits for the first bytes, for as long as they could be a refusal. A client that writes to a server that has closed
 * the connection never learns the reason.
 */
export async function greeted(from: Readable): Promise<void> {
  const signal = orInterrupted(undefined);
  const timer = new AbortController();
  const either = { signal: AbortSignal.any([signal, timer.signal]) };
  const signs = [
    once(from, 'data', either),
    once(from, 'close', either),
    sleep(refusalTime, undefined, either),
  ];
  for (const sign of signs) sign.catch(() => {});
  await Promise.race(signs).finally(() => timer.abort());
}

/**
 * Waits until a refusing far end would have reported the refusal. If it does, rejects with HarnessError
 * (infrastructure).
 */
export async function letIn(where: string, stream: FarStream, whyGone: () => string): Promise<void> {
  const signal = orInterrupted(undefined);
  const gone = stream.closed
    ? true
    : await Promise.race([once(stream, 'close'), sleep(refusalTime, false, { signal })]);
  if (gone !== false) throw refused(where, stream, whyGone());
}
