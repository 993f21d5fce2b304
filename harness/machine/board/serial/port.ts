// SPDX-License-Identifier: BSD-2-Clause
import type { Duplex } from 'node:stream';

/** An open serial port, local or remote. */
export interface Port {
  /** Input and output; closed when the port is gone. Input that arrives before anybody reads is kept. */
  readonly stream: Duplex;
  /** Sets the rate in bits per second. Rejects with the error of the port's owner. */
  setBaud(baud: number): Promise<void>;
  /** Sends a break condition. Linux has its SysRq keys behind it. */
  sendBreak(): Promise<void>;
  /** Why the port is gone, if known; otherwise empty. */
  whyGone(): string;
  /** Releases the port, even if it is gone; never rejects. */
  close(): Promise<void>;
}
