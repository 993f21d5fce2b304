// SPDX-License-Identifier: BSD-2-Clause
import { Duplex } from 'node:stream';

/** The stream of one user of a line. Its `end` does not close the port. */
export class LineStream extends Duplex {
  readonly #put: (bytes: Buffer) => Promise<void>;
  readonly #leave: () => void;

  constructor(put: (bytes: Buffer) => Promise<void>, leave: () => void) {
    super({ decodeStrings: true });
    this.#put = put;
    this.#leave = leave;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#put(bytes).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#leave();
    done(error);
  }
}
