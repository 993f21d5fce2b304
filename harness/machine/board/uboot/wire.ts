// SPDX-License-Identifier: BSD-2-Clause
/** What U-Boot's side needs of a line: one speaker at a time. A SerialLine is one; a test's is a pair of streams. */
import type { Duplex } from 'node:stream';

export interface Wire {
  /** Bytes that have come so far. */
  readonly received: number;
  /** A stream that has the line to itself until it is destroyed; `slowly` keeps the board's character delay. */
  attach(options?: { slowly?: boolean }): Duplex;
  /** Shows every byte that comes to `tap` as well; gives what stops that. */
  tap(tap: (bytes: Buffer) => void): () => void;
}
