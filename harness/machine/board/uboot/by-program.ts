// SPDX-License-Identifier: BSD-2-Clause
/**
 * Upload by a program on this machine while U-Boot waits for it: fastboot or NXP's uuu over USB, or a command of the
 * user's. As with every transfer, only the checksum shows whether it arrived.
 */
import { HarnessError } from '../../../base/error.js';
import { hex } from '../../../base/text.js';
import { runShellCommand } from '../shell-command.js';
import type { Payload } from './payload.js';
import type { SendOptions, Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

export interface ProgramOptions {
  /** The name in notes. */
  name: string;
  /** Bytes per second, if known. */
  rate: number | undefined;
  /** A command to type at U-Boot's prompt first and leave running. `ADDRESS` and `SIZE` are replaced. */
  before: string | undefined;
  /** Run by /bin/sh, with IMAGE, ADDRESS and SIZE in its environment in addition to `env`. */
  command: string;
  env: Readonly<Record<string, string>>;
  /** U-Boot commands that `before` needs. */
  needs?: readonly string[];
  /** Milliseconds for the command. */
  limit: number;
  /** The way out when the shell does not find the command. */
  wayOut?: string;
}

/** Milliseconds for U-Boot to accept the command that it leaves running. */
const startLimit = 5_000;
const notFound = /^exit code 127\b/;

export class ByProgram implements Transfer {
  readonly name: string;
  readonly needs: readonly string[];
  readonly rate: number | undefined;

  readonly #options: ProgramOptions;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.name = options.name;
    this.needs = options.needs ?? [];
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

/** Bytes per second of an image over USB 2.0. */
const usbRate = 20e6;

export interface FastbootOptions {
  /** The program on this machine that speaks fastboot. Debian's packages have the same names. */
  tool: 'fastboot' | 'uuu';
  /** The argument of U-Boot's `fastboot`: `usb 0`, `udp`. */
  gadget: string;
  /** Selects one of several boards: a serial number for fastboot, a bus path for uuu. */
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
    needs: ['fastboot'],
    before: `fastboot -l ADDRESS -s SIZE ${gadget}`,
    command: `${tool} ${device === undefined ? '' : one}${send}`,
    env: device === undefined ? {} : { DEVICE: device },
    limit,
    wayOut: `Debian: apt-get install ${tool}`,
  });
}
