// SPDX-License-Identifier: BSD-2-Clause
/**
 * Upload by a program of this machine while U-Boot waits for it: fastboot or NXP's uuu over USB, or a command of the
 * user's. What arrived is for the checksum to say, as with every transfer.
 */
import { HarnessError } from '../../../base/error.js';
import { hex } from '../../../base/text.js';
import { runShellCommand } from '../shell-command.js';
import type { Payload } from './payload.js';
import type { SendOptions, Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

export interface ProgramOptions {
  /** As a note names it. */
  name: string;
  /** Bytes a second, where it is known. */
  rate: number | undefined;
  /** Typed at U-Boot's prompt first, and left running; `ADDRESS` and `SIZE` stand for where and how much. */
  before: string | undefined;
  /** Given to /bin/sh; finds IMAGE, ADDRESS and SIZE in its environment, besides `env`. */
  command: string;
  env: Readonly<Record<string, string>>;
  /** Milliseconds for the command. */
  limit: number;
  /** What to do when the shell does not find it. */
  wayOut?: string;
}

/** Time in which U-Boot takes the line that it leaves running. */
const startLimit = 5_000;
const notFound = /^exit code 127\b/;

export class ByProgram implements Transfer {
  readonly name: string;
  readonly rate: number | undefined;

  readonly #options: ProgramOptions;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.name = options.name;
    this.rate = options.rate;
  }

  async prepare(): Promise<void> {}

  async send(uboot: UBoot, { path, size }: Payload, address: number, { signal }: SendOptions): Promise<void> {
    const { name, before, command, limit } = this.#options;
    const places = { ADDRESS: hex(address), SIZE: hex(size) };
    if (before !== undefined) {
      const line = before.replace(/\b(ADDRESS|SIZE)\b/g, (word) => places[word as keyof typeof places]);
      await uboot.type(line);
      await uboot.enter(/\n/, { what: `the start of "${line}"`, limit: startLimit });
    }
    const env = { ...this.#options.env, ...places, IMAGE: path };
    try {
      await runShellCommand({ what: `upload by ${name}`, command, env, limit, signal });
    } catch (error) {
      throw this.#explained(error);
    }
    if (await uboot.comesBack()) return;
    const what = "U-Boot's prompt did not come back after the upload";
    throw new HarnessError('infrastructure', what, uboot.position());
  }

  #explained(error: unknown): unknown {
    const { wayOut } = this.#options;
    if (!(error instanceof HarnessError) || wayOut === undefined) return error;
    if (!notFound.test(error.detail.got ?? '')) return error;
    return new HarnessError(error.fault, error.message, { ...error.detail, wayOut });
  }
}

/** What USB 2.0 brings of an image, bytes a second. */
const usbRate = 20e6;

export interface FastbootOptions {
  /** The program that speaks fastboot on this machine: Debian's packages are called like them. */
  tool: 'fastboot' | 'uuu';
  /** What U-Boot's `fastboot` is given: `usb 0`, `udp`. */
  gadget: string;
  /** Which of several: a serial number for fastboot, a bus path for uuu. */
  device: string | undefined;
  limit: number;
}

/** U-Boot's `fastboot` receives into memory what `fastboot stage` or uuu's `FB: download` sends, and waits for more. */
export function fastboot({ tool, gadget, device, limit }: FastbootOptions): ByProgram {
  const one = { fastboot: '-s "$DEVICE" ', uuu: '-m "$DEVICE" ' }[tool];
  const send = { fastboot: 'stage "$IMAGE"', uuu: 'FB: download -f "$IMAGE"' }[tool];
  return new ByProgram({
    name: tool,
    rate: usbRate,
    before: `fastboot -l ADDRESS -s SIZE ${gadget}`,
    command: `${tool} ${device === undefined ? '' : one}${send}`,
    env: device === undefined ? {} : { DEVICE: device },
    limit,
    wayOut: `Debian: apt-get install ${tool}`,
  });
}
