// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import { HarnessError } from '../base/error.js';
import { noProgress, type Progress } from '../base/progress.js';
import type { Console } from '../machine/console.js';
import { lookAtImage } from '../machine/image-file.js';
import type { Machine, Target } from '../machine/machine.js';
import { qemuTarget } from '../machine/qemu/qemu.js';
import { boardNamed } from '../run/suite/target.js';

export interface BootOptions {
  /** Microkit's name of the board; `qemu_virt_aarch64` when not given. */
  board?: string;
  /** What it runs on; QEMU when not given. */
  target?: Target;
  /** A folder that exists: console.log and console.timed.log are written there. */
  folder: string;
  /** What is waited for, one after the other; nothing when not given. */
  until?: readonly (string | RegExp)[];
  /** Milliseconds for each of them; 120,000 when not given. */
  limit?: number;
  signal?: AbortSignal;
  /** Told what takes long: fetching a QEMU. */
  progress?: Progress;
}

/** A machine that runs, and its console. It is switched off by `powerOff`. */
export interface Booted {
  machine: Machine;
  console: Console;
}

const usualLimit = 120_000;

/**
 * Boots an image of the Microkit tool's. The caller switches the machine off.
 *
 * Rejects with HarnessError: usage for what is no image or no board, infrastructure when there is no such machine, product
 * when what is waited for does not come; the machine is off then.
 *
 * @since 0.2.0
 */
export async function boot(image: string, options: BootOptions): Promise<Booted> {
  const { folder, until = [], limit = usualLimit, signal, progress = noProgress } = options;
  const target =
    options.target ?? qemuTarget(boardNamed(options.board ?? 'qemu_virt_aarch64'), undefined, progress);
  lookAtImage(image);
  const machine = await target.start(resolve(image), { folder, ...(signal && { signal }) });
  try {
    for (const pattern of until) await machine.console.expect(pattern, { limit });
    return { machine, console: machine.console };
  } catch (error) {
    const late = error instanceof HarnessError && error.fault === 'product';
    const cause = late ? await machine.diagnose() : undefined;
    await machine.powerOff();
    throw cause ?? error;
  }
}
