// SPDX-License-Identifier: BSD-2-Clause
/**
 * A machine that runs an image: QEMU, a board on a serial line (real or virtual), and either without a VMM. Whoever
 * boots something takes one of these, and none starts or ends a machine by itself.
 */
import type { Duplex } from 'node:stream';
import type { HarnessError } from '../base/error.js';
import type { Console } from './console.js';

export interface StartOptions {
  /** Where the console's logs and the machine's own go; must exist. */
  folder: string;
  /** Ends the start when it is aborted (Ctrl-C), and later switches the machine off. */
  signal?: AbortSignal;
  /**
   * The state that the machine will be brought to and then saved in. Where it was saved before, the machine begins in it.
   * Machines that cannot be saved take no notice.
   */
  snapshot?: SnapshotRequest | undefined;
}

export interface SnapshotRequest {
  /** Names the state: all that is done to the machine after power on, and with which words. */
  state: string;
  /** Whether one that is there may be used; false: the machine is booted, and saved anew. */
  use: boolean;
  /** Where states are kept; in the user's cache when not given. */
  folder?: string;
  /** Told, in a sentence, why a snapshot that is there is not used, or none can be saved. */
  note(text: string): void;
}

/** The saved state of a machine. */
export interface Snapshot {
  /** When the state was saved that the machine began in (ISO 8601); undefined: it was switched on, and has to boot. */
  readonly begunIn: string | undefined;
  /** Saves the machine as it is, and lets it go on. One that cannot be saved goes on, too, and says why. */
  save(): Promise<void>;
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
  /** Its console's bytes, both ways; what nobody reads is kept. Another stream after a reset. */
  readonly stream: Duplex;
  /** The console on that stream: it reads what comes from when it is first asked for. */
  readonly console: Console;
  /** What a report says of it: version, command line. */
  readonly facts: Readonly<Record<string, string>>;
  /** Present where a start asked for it and the machine can be saved. */
  readonly snapshot?: Snapshot | undefined;
  /** Why nothing comes from the console, when the machine knows (the emulator hangs); undefined when all looks well. */
  diagnose(): Promise<HarnessError | undefined>;
  /** Begins anew from power on with the same image. Rejects as a start does; the machine is off then. */
  reset(): Promise<void>;
  /** Switches it off; never rejects, and nothing of it is left when it resolves. May be called twice. */
  powerOff(): Promise<void>;
}
