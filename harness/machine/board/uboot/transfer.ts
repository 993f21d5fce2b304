// SPDX-License-Identifier: BSD-2-Clause
/** A way to bring bytes into a board's memory while U-Boot is at its prompt. */
import type { Payload } from './payload.js';
import type { UBoot } from './uboot.js';

export interface SendOptions {
  /** Called with the number of bytes that the board has. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
  /** Folder for logs of this transfer. */
  folder: string;
}

export interface Transfer {
  /** The name in notes: `TFTP`, `YMODEM at 115200 baud`. */
  readonly name: string;
  /** The U-Boot commands that it types. */
  readonly needs: readonly string[];
  /** Bytes per second, for the expected time; undefined when unknown. */
  readonly rate: number | undefined;
  /** Done once after U-Boot's prompt: sets up the network. */
  prepare(uboot: UBoot, signal: AbortSignal): Promise<void>;
  /**
   * Puts the payload at `address`. Rejects with HarnessError (infrastructure), and then has brought U-Boot back to its
   * prompt if possible. The caller's checksum decides whether the contents are right.
   */
  send(uboot: UBoot, payload: Payload, address: number, options: SendOptions): Promise<void>;
}
