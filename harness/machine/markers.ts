// SPDX-License-Identifier: BSD-2-Clause
/** Lines after which waiting is pointless: somebody on the machine is dead. */
import { microkitFacts } from '../microkit/versions.js';

/** Whom a death ends: everything on the machine, a protection domain as a VMM is one, or a guest alone. */
type Ends = 'machine' | 'domain' | 'guest';

export interface Marker {
  /** Who is dead, as the verdict names it. */
  who: string;
  ends: Ends;
  line: RegExp;
  /** What the line means for the run. */
  means: string;
}

/** What the versions of Microkit print for it; a log does not say which version it is of. */
function ofMicrokit(who: string, which: 'loaderError' | 'initialiserError', means: string): Marker[] {
  const lines = Object.values(microkitFacts).map(({ log }) => log[which]);
  return [...new Set(lines)].map((line) => ({ who, ends: 'machine', line, means }));
}

const ofMinikit = 'the kernel or a protection domain is dead';

/**
 * In the order in which a machine starts. Most are looked for anywhere in a line: VMM and guest share the UART, so the
 * one's line may begin in the middle of the other's. A guest can print any of these; that ends its own run, no other.
 */
export const deadMarkers: readonly Marker[] = [
  ...ofMicrokit('Microkit loader', 'loaderError', 'the image could not start its kernel'),
  { who: 'seL4', ends: 'machine', line: /seL4 called fail at /, means: 'the kernel stopped itself' },
  {
    who: 'seL4',
    ends: 'machine',
    line: /seL4 failed assertion /,
    means: 'an assertion of the kernel does not hold',
  },
  { who: 'seL4', ends: 'machine', line: /KERNEL (DATA|PREFETCH) ABORT!/, means: 'the kernel took an abort' },
  { who: 'seL4', ends: 'machine', line: /^halting\.\.\./, means: 'the kernel halted' },
  ...ofMicrokit('Microkit initialiser', 'initialiserError', "the system's objects could not be made"),
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
