// SPDX-License-Identifier: BSD-2-Clause
import type { Duplex } from 'node:stream';

/** A serial port that is open, wherever it is. */
export interface Port {
  /** What comes and what is sent; closed when the port is gone. What comes before somebody listens is kept. */
  readonly stream: Duplex;
  /** Bits a second. Rejects with an error in the words of whoever has the port. */
  setBaud(baud: number): Promise<void>;
  /** A condition that the receiver takes for a break: Linux has its SysRq keys behind it. */
  sendBreak(): Promise<void>;
  /** Why it has gone, where it is known; else empty. */
  whyGone(): string;
  /** Gives it back, whether or not it is still there; never rejects. */
  close(): Promise<void>;
}
