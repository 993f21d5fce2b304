// SPDX-License-Identifier: BSD-2-Clause
/** Lines after which waiting is pointless, because somebody on the machine has died. */
import { microkitFacts } from '../microkit/versions.js';

/** The scope of a death: everything on the machine, one protection domain (such as a VMM), or only a guest. */
type Ends = 'machine' | 'domain' | 'guest';

export interface Marker {
  /** Who died, as the verdict names it. */
  who: string;
  ends: Ends;
  line: RegExp;
  /** What the line means for the run. */
  means: string;
}

/** The lines of all Microkit versions, because a log does not show its version. */
function ofMicrokit(who: string, which: 'loaderError' | 'initialiserError', means: string): Marker[] {
  const lines = Object.values(microkitFacts).map(({ log }) => log[which]);
  return [...new Set(lines)].map((line) => ({ who, ends: 'machine', line, means }));
}

const ofMinikit = 'the kernel or a protection domain is dead';

/**
 * In the order in which a machine starts. Most are searched anywhere in a line, because VMM and guest share the UART
 * and a line of one may begin in the middle of a line of the other. A guest can print any of these; that ends only its
 * own run.
 */
export const deadMarkers: readonly Marker[] = [
  ...ofMicrokit('Microkit loader', 'loaderError', 'the image could not start its kernel'),
  { who: 'seL4', ends: 'machine', line: /seL4 called fail at /, means: 'the kernel stopped itself' },
  {
    who: 'seL4',
    ends: 'machine',
    line: /seL4 failed assertion /,
    means: 'an assertion of the kernel failed',
  },
  { who: 'seL4', ends: 'machine', line: /KERNEL (DATA|PREFETCH) ABORT!/, means: 'the kernel took an abort' },
  { who: 'seL4', ends: 'machine', line: /^halting\.\.\./, means: 'the kernel halted' },
  ...ofMicrokit('Microkit initialiser', 'initialiserError', "the system's objects could not be created"),
  {
    who: 'Microkit monitor',
    ends: 'domain',
    line: /MON\|ERROR: /,
    means: 'a protection domain without a parent faulted',
  },
  { who: 'minikit', ends: 'domain', line: /minikit\|ERROR: .*protection domain/, means: ofMinikit },
  { who: 'minikit', ends: 'machine', line: /minikit\|ERROR: /, means: ofMinikit },
  { who: 'VMM', ends: 'guest', line: /vmm\|ERROR: guest stopped: /, means: 'the VMM has given up its guest' },
  { who: 'guest', ends: 'guest', line: /Kernel panic - not syncing/, means: 'the guest kernel panicked' },
  {
    who: 'guest',
    ends: 'guest',
    line: /Internal error: Oops/,
    means: 'the guest kernel made an invalid access',
  },
  {
    who: 'guest',
    ends: 'guest',
    line: /Unable to handle kernel /,
    means: 'the guest kernel made an invalid access',
  },
  {
    who: 'guest',
    ends: 'guest',
    line: /Unhandled \d+-bit .*exception/,
    means: 'the guest kernel took an exception',
  },
  { who: 'guest', ends: 'guest', line: /watchdog: BUG: soft lockup/, means: 'a CPU of the guest is stuck' },
];
