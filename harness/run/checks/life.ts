// SPDX-License-Identifier: BSD-2-Clause
/** The guest's end: it can reboot and power off. */
import { noProgress } from '../../base/progress.js';
import { goThrough, guestReady, rebootPhases } from '../boot.js';
import type { Check } from './check.js';

/** Prints an id that Linux generates anew at each boot. */
const bootId = 'cat /proc/sys/kernel/random/boot_id';
/** Milliseconds from the command to the VMM's line. */
const stopLimit = 30_000;

export const rebootCheck: Check = {
  name: 'reboot brings the same prompt',
  async run({ shell, machine }) {
    const release = await shell.output('uname -r');
    const before = await shell.output(bootId);
    await shell.console.send('reboot -f\n');
    await goThrough(machine, rebootPhases, noProgress);
    await shell.quiet();
    const after = await shell.output(bootId);
    const again = await shell.output('uname -r');
    return {
      passed: after !== before && again === release,
      expected: `${release} again, with another boot id`,
      got: `${again}, ${after === before ? 'the same' : 'another'} boot id`,
    };
  },
};

/** The VMM's last line. With a `release` configuration, where the VMM is silent, the kernel's last line. */
const lastLines = { debug: 'vmm|INFO: guest stopped: SYSTEM_OFF', release: 'reboot: Power down' };

export const poweroffCheck: Check = {
  name: 'poweroff stops the guest',
  async run({ shell, config }) {
    const expected = config.endsWith('release') ? lastLines.release : lastLines.debug;
    // Only some kernel releases print their last line at the "emergency" level, so messages of all levels are enabled.
    await shell.output('dmesg -n 8');
    await shell.console.send('poweroff -f\n');
    const { before, text } = await shell.console.expect(expected, {
      what: 'the end of the guest',
      limit: stopLimit,
    });
    // A guest that restarts instead would print this line again before it stops.
    return { passed: !before.includes(guestReady), expected, got: text };
  },
};
