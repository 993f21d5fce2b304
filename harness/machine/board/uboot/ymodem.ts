// SPDX-License-Identifier: BSD-2-Clause
/**
 * Upload over the console's own line: U-Boot's `loady` receives what lrzsz's `sb` sends. The stdin and stdout of `sb`
 * are connected to the open port, so that the line stays leased, logged and watched.
 */
import { dirname } from 'node:path';
import { HarnessError } from '../../../base/error.js';
import { hex } from '../../../base/text.js';
import type { ConsoleLog } from '../../console-log.js';
import { ymodemOverhead } from './estimate.js';
import type { Payload } from './payload.js';
import { runSb } from './sb.js';
import type { SendOptions, Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

export interface YmodemOptions {
  /** Bits per second. */
  baud: number;
  /** Bytes per second that the line carries. */
  lineRate: number;
  /** Another `sb` than the one in PATH. */
  program?: string;
  /** Records the board's answers during the transfer. */
  log?: ConsoleLog | undefined;
  /**
   * Milliseconds without an answer from the board that end the transfer. xyzModem.c gives up a block after some 20 s.
   */
  silence: number;
}

/** Three CANs in place of a block end a transfer; more do no harm (xyzModem.c). */
const cancel = '\x18'.repeat(8);
/**
 * Milliseconds between two tries. In the middle of a block the CANs are data, and after a damaged block the board reads
 * nothing until the line has been silent for 2 s (xyzModem.c).
 */
const quiet = 2_500;

export class Ymodem implements Transfer {
  readonly name: string;
  readonly needs = ['loady'];
  readonly rate: number;

  readonly #options: YmodemOptions;

  constructor(options: YmodemOptions) {
    this.#options = options;
    this.name = `YMODEM at ${options.baud} baud`;
    this.rate = options.lineRate / ymodemOverhead;
  }

  async prepare(): Promise<void> {}

  async send(uboot: UBoot, { path, size }: Payload, address: number, options: SendOptions): Promise<void> {
    const { program = 'sb', silence, log } = this.#options;
    await uboot.type(`loady ${hex(address)}`);
    const line = uboot.wire.attach({ slowly: false });
    try {
      // Beside the console's log, because the upload and its folder are removed.
      const folder = log ? dirname(log.rawPath) : options.folder;
      await runSb({ ...options, folder, line, path, program, silence, log });
    } catch (error) {
      line.destroy();
      const patience = Math.max(quiet, uboot.settings.limits.prompt);
      if (!options.signal.aborted) await uboot.comesBack(patience, cancel, quiet);
      throw error;
    }
    line.destroy();
    await uboot.comesBack();
    const said = await uboot.must('printenv filesize');
    const received = Number.parseInt(/filesize=([0-9a-f]+)/.exec(said)?.[1] ?? '', 16);
    if (received === size) return;
    throw new HarnessError('infrastructure', 'the YMODEM transfer was interrupted', {
      ...uboot.position(),
      expected: `${size} bytes`,
      got: Number.isNaN(received) ? said : `${received} bytes`,
    });
  }
}
