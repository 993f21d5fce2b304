// SPDX-License-Identifier: BSD-2-Clause
/** How a board's U-Boot is spoken to. */

/**
 * How an image is entered: `go` jumps to its first byte; `bootm` takes it wrapped by mkimage, `booti` behind an arm64
 * Image header. Debian's qemu_arm64 build hangs in `go` (its PL011 driver waits for the wrong flag).
 */
export type StartMethod = 'go' | 'bootm' | 'booti';
export const startMethods: readonly StartMethod[] = ['go', 'bootm', 'booti'];

export interface UBootSettings {
  /** What it prints when it takes a command; learnt from the board when not given. */
  prompt: string | undefined;
  /** What it prints while it can be stopped. */
  autoboot: string;
  /** What is typed to stop it. Ctrl-C is a key like any other, and ends a boot command that already runs. */
  stopKey: string;
  start: StartMethod;
  /** Typed before anything else, each on a line of its own. */
  setup: readonly string[];
  /** Physical address for what is unpacked or wrapped; chosen behind the image when not given. */
  scratch: number | undefined;
  limits: UBootLimits;
}

/** All in milliseconds. */
export interface UBootLimits {
  /** From power on to the first byte. */
  firstByte: number;
  /** From power on to the autoboot line. */
  autoboot: number;
  /** From the key that stops it to the prompt. */
  prompt: number;
  /** For which what comes must be no text before the line is given up. */
  garbage: number;
  /** For the echo of a command; one that is late is typed again. The line's own time for it is added. */
  echo: number;
}

export const defaultUBoot: UBootSettings = {
  prompt: undefined,
  autoboot: 'Hit any key to stop autoboot',
  stopKey: '\x03',
  start: 'go',
  setup: [],
  scratch: undefined,
  limits: { firstByte: 15_000, autoboot: 60_000, prompt: 5_000, garbage: 4_000, echo: 1_500 },
};
