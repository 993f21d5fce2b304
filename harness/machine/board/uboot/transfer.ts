// SPDX-License-Identifier: BSD-2-Clause
/** One way to bring bytes into a board's memory while U-Boot is at its prompt. */
import type { Payload } from './payload.js';
import type { UBoot } from './uboot.js';

export interface SendOptions {
  /** Told how many bytes the board has. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
  /** Where logs of this transfer go. */
  folder: string;
}

export interface Transfer {
  /** As a note names it: `TFTP`, `YMODEM at 115200 baud`. */
  readonly name: string;
  /** Bytes a second, for the expected time; undefined when nobody knows. */
  readonly rate: number | undefined;
  /** Done once after U-Boot's prompt: the network is set up. */
  prepare(uboot: UBoot, signal: AbortSignal): Promise<void>;
  /**
   * Puts the payload at `address`. Rejects with HarnessError (infrastructure) with U-Boot at its prompt again if it
   * can be had; whether what lies there is right is for the caller's checksum.
   */
  send(uboot: UBoot, payload: Payload, address: number, options: SendOptions): Promise<void>;
}
