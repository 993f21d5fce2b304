// SPDX-License-Identifier: BSD-2-Clause
/** How to talk to a board's U-Boot. */

/**
 * How an image is started. `go` jumps to its first byte; `bootm` takes it wrapped by mkimage, `booti` after an arm64
 * Image header. Debian's qemu_arm64 build hangs in `go` (its PL011 driver waits for the wrong flag).
 */
export type StartMethod = 'go' | 'bootm' | 'booti';
export const startMethods: readonly StartMethod[] = ['go', 'bootm', 'booti'];

export interface UBootSettings {
  /** The prompt; undefined when it is learnt from the board. */
  prompt: string | undefined;
  /** The text that U-Boot prints while it can be stopped; undefined for any line that says so. */
  autoboot: string | undefined;
  /** The key that stops it, if the lab file sets one; undefined for the key that its line names. */
  stopKey: string | undefined;
  /**
   * The key to use when its line names none. Ctrl-C works like any other key, and also ends a boot command that is
   * already running.
   */
  usualStopKey: string;
  start: StartMethod;
  /** Commands to type before anything else, one per line. */
  setup: readonly string[];
  /** Physical address for the packed or wrapped image; by default after the image. */
  scratch: number | undefined;
  limits: UBootLimits;
}

/** All in milliseconds. */
export interface UBootLimits {
  /** From power on to the first byte. */
  firstByte: number;
  /** From power on to the autoboot line. */
  autoboot: number;
  /** From the stop key to the prompt. */
  prompt: number;
  /** How long the input must not be text before the line is given up. */
  garbage: number;
  /** For the echo of a command. A command whose echo is late is typed again. The line's own time is added. */
  echo: number;
}

export const defaultUBoot: UBootSettings = {
  prompt: undefined,
  autoboot: undefined,
  stopKey: undefined,
  usualStopKey: '\x03',
  start: 'go',
  setup: [],
  scratch: undefined,
  limits: { firstByte: 15_000, autoboot: 60_000, prompt: 5_000, garbage: 4_000, echo: 1_500 },
};
