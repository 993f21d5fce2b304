// SPDX-License-Identifier: BSD-2-Clause
/** The stream of a port that is elsewhere, and what its far end says when it does not let us in. */
import { once } from 'node:events';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';
import { orInterrupted } from '../../../base/interrupt.js';

/** Milliseconds in which a server that has its port in use says so and closes the connection. */
const refusalTime = 500;
/** Bytes of the first that came, for the words of a server that closes at once. */
const keptHead = 256;

/** What becomes of bytes on their way. */
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
    // Each is followed by the end of the port, which its owner sees.
    for (const stream of [this, from, to]) stream.on('error', () => {});
  }

  /** The first line that came, for an error. */
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

/** Why a port that was let go at once was not given to us. */
export function refused(where: string, { firstLine }: FarStream, why: string): HarnessError {
  const got = [firstLine, why].filter((part) => part !== '').join('; ') || 'not one byte';
  if (/\b(in use|busy|locked)\b/i.test(firstLine)) {
    return new HarnessError('infrastructure', 'busy: the far end has given it to somebody else', {
      where,
      got,
      wayOut: 'wait for it, or see at the far end who has it',
    });
  }
  return new HarnessError('infrastructure', 'the far end closed the port at once', { where, got });
}

/**
 * Waits for the first bytes, as long as they would tell that we are not let in. Whoever writes to a server that has closed
 * the connection never hears why.
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

/** Waits until a far end that does not let us in would have said so. Rejects with HarnessError (infrastructure) then. */
export async function letIn(where: string, stream: FarStream, whyGone: () => string): Promise<void> {
  const signal = orInterrupted(undefined);
  const gone = stream.closed
    ? true
    : await Promise.race([once(stream, 'close'), sleep(refusalTime, false, { signal })]);
  if (gone !== false) throw refused(where, stream, whyGone());
}
