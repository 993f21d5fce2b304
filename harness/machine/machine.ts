// SPDX-License-Identifier: BSD-2-Clause
/**
 * A machine that runs an image: QEMU or a board on a serial line, real or virtual, or either of them without a VMM.
 * Whatever boots an image uses one of these, and starts or ends no machine by itself.
 */
import type { Duplex } from 'node:stream';
import type { HarnessError } from '../base/error.js';
import type { Console } from './console.js';

/**
 * A serial line beside the console's: the number of the machine's port, from 0, or the name under which QEMU's own
 * arguments attach a device to it (`virtconsole,chardev=NAME`).
 */
export type SerialPort = number | string;

export interface StartOptions {
  /** Folder for the logs of the console and of the machine; it must exist. */
  folder: string;
  /** Whether the console's logs there continue those of a machine that ran before. */
  append?: boolean;
  /** Whether the console carries more than text, so that other bytes are not a sign of a wrong baud rate. */
  binary?: boolean;
  /** Aborted (Ctrl-C), it ends the start, and later switches the machine off. */
  signal?: AbortSignal;
  /**
   * The state to bring the machine to and then save. If it was saved before, the machine begins in it. Machines that
   * cannot be saved ignore this.
   */
  snapshot?: SnapshotRequest | undefined;
  /** Further serial lines to read. A machine without them rejects the start. */
  ports?: readonly SerialPort[] | undefined;
}

export interface SnapshotRequest {
  /** Names the state: everything done to the machine after power on, including the text sent. */
  state: string;
  /** Whether a saved state may be used. If false, the machine boots and is saved again. */
  use: boolean;
  /** Folder for saved states; by default in the user's cache. */
  folder?: string;
  /** Called with the reason, as a sentence, why an existing snapshot is not used, or why none can be saved. */
  note(text: string): void;
}

/** The saved state of a machine. */
export interface Snapshot {
  /**
   * When the state in which the machine began was saved (ISO 8601); undefined when it was switched on and has to boot.
   */
  readonly begunIn: string | undefined;
  /**
   * Saves the machine's current state and lets it continue. If the state cannot be saved, the machine continues too,
   * and the reason is reported.
   */
  save(): Promise<void>;
}

/** A way to run an image. */
export interface Target {
  /** The name in a verdict: `qemu`. */
  readonly name: string;
  /**
   * Checks that such a machine is available, before work that would be useless without it, such as building its image.
   * Switches nothing on. Rejects as `start` does.
   */
  look?(): Promise<void>;
  /**
   * Switches a machine on with the image in it. When it resolves, the machine runs and no byte of its console is lost.
   * Rejects with HarnessError (infrastructure) when no such machine is available.
   */
  start(image: string, options: StartOptions): Promise<Machine>;
}

/** A machine that is switched on. */
export interface Machine {
  /** Its console's bytes, in both directions. Unread bytes are kept. A reset creates another stream. */
  readonly stream: Duplex;
  /** The console on that stream. It reads from the moment of its first use. */
  readonly console: Console;
  /**
   * The console on a further line that the start asked for, with a log of its own, or on the console's own line. Throws
   * HarnessError (usage) for another.
   */
  port?(port: SerialPort): Console;
  /** Facts for the report: version, command line. */
  readonly facts: Readonly<Record<string, string>>;
  /** Present if the start requested it and the machine can be saved. */
  readonly snapshot?: Snapshot | undefined;
  /** Why the console is silent, if the machine knows (the emulator hangs); undefined when all looks well. */
  diagnose(): Promise<HarnessError | undefined>;
  /** Whether its CPUs have stood still for a while, so that nobody there will answer. False when in doubt. */
  standsStill?(): Promise<boolean>;
  /** Begins again from power on with the same image. Rejects as a start does; the machine is then off. */
  reset(): Promise<void>;
  /** Switches it off. Never rejects, and nothing of it is left when it resolves. May be called twice. */
  powerOff(): Promise<void>;
}
