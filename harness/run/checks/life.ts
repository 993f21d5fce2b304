// SPDX-License-Identifier: BSD-2-Clause
/** The guest's end: it can reboot and power off. */
import { noProgress } from '../../base/progress.js';
import { goThrough, kernelLine, type Phase } from '../boot.js';
import type { Check } from './check.js';

/** Prints an id that Linux generates anew at each boot. */
const bootId = 'cat /proc/sys/kernel/random/boot_id';
/** Milliseconds from the command to the last line. */
const stopLimit = 30_000;

export interface Reboot {
  /** The command that reboots the guest. */
  command: string;
  /** From its kernel's first line to the prompt. */
  phases: readonly Phase[];
  /** A command for the shell after each boot. */
  prepare: string | undefined;
}

export const rebootCheck = ({ command, phases, prepare }: Reboot): Check => ({
  name: 'reboot brings the same prompt',
  async run({ shell, machine }) {
    const release = await shell.output('uname -r');
    const before = await shell.output(bootId);
    await shell.console.send(`${command}\n`);
    await goThrough(machine, phases, noProgress, new Map(), shell.console);
    if (prepare !== undefined) await shell.run(prepare);
    const after = await shell.output(bootId);
    const again = await shell.output('uname -r');
    return {
      passed: after !== before && again === release,
      expected: `${release} again, with another boot id`,
      got: `${again}, ${after === before ? 'the same' : 'another'} boot id`,
    };
  },
});

export interface PowerOff {
  /** The command that switches the guest off. */
  command: string;
  /** The last line of the VMM or the kernel, whichever prints last. */
  until: string | RegExp;
}

export const poweroffCheck = ({ command, until }: PowerOff): Check => ({
  name: 'poweroff stops the guest',
  async run({ shell }) {
    // Only some kernel releases print their last line at the "emergency" level, so messages of all levels are enabled.
    await shell.run('dmesg -n 8');
    await shell.console.send(`${command}\n`);
    const { before, text } = await shell.console.expect(until, {
      what: 'the end of the guest',
      limit: stopLimit,
    });
    // The kernel of a guest that restarts instead would begin again.
    return { passed: !kernelLine.test(before), expected: String(until), got: text };
  },
});
