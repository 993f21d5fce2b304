// SPDX-License-Identifier: BSD-2-Clause
/**
 * What U-Boot's side needs from a line, with one active stream at a time. A SerialLine is one; a test uses a pair of
 * streams.
 */
import type { Duplex } from 'node:stream';

export interface Wire {
  /** Bytes received so far. */
  readonly received: number;
  /** A stream that has the line to itself until it is destroyed. `slowly` applies the board's character delay. */
  attach(options?: { slowly?: boolean }): Duplex;
  /** Also passes every received byte to `tap`. Returns the function that stops it. */
  tap(tap: (bytes: Buffer) => void): () => void;
}
