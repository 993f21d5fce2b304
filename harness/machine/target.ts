// SPDX-License-Identifier: BSD-2-Clause
/** What can run an image: QEMU today, a board on a serial line by the same two interfaces. */
import type { HarnessError } from '../base/error.js';
import type { Console } from './console.js';

export interface StartOptions {
  /** Where the console's logs and the target's own go; must exist. */
  folder: string;
  /** Ends the start when it is aborted (Ctrl-C). */
  signal?: AbortSignal;
}

/** One way to run an image. */
export interface Target {
  /** As a verdict names it: `qemu`. */
  readonly name: string;
  /**
   * Switches a machine on with the image in it. When it resolves, the machine runs and no byte of its console is lost.
   * Rejects with HarnessError (infrastructure) when there is no such machine to be had.
   */
  start(image: string, options: StartOptions): Promise<Machine>;
}

/** A machine that is switched on. */
export interface Machine {
  readonly console: Console;
  /** What a report says of it: version, command line. */
  readonly facts: Readonly<Record<string, string>>;
  /** Why nothing comes from the console, when the target knows (the emulator hangs); undefined when all looks well. */
  diagnose(): Promise<HarnessError | undefined>;
  /** Switches it off; never rejects, and nothing of it is left when it resolves. May be called twice. */
  powerOff(): Promise<void>;
}
