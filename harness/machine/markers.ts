// SPDX-License-Identifier: BSD-2-Clause
/** Lines after which waiting is pointless: somebody on the machine is dead. */

import { microkitFacts } from '../microkit/versions.js';

export interface Marker {
  /** Who is dead, as the verdict names it. */
  who: string;
  line: RegExp;
  /** What the line means for the run. */
  means: string;
}

/** What the versions of Microkit print for it; a log does not say which version it is of. */
function ofMicrokit(who: string, which: 'loaderError' | 'initialiserError', means: string): Marker[] {
  const lines = Object.values(microkitFacts).map(({ log }) => log[which]);
  return [...new Set(lines)].map((line) => ({ who, line, means }));
}

/**
 * In the order in which a machine starts. Most are looked for anywhere in a line: VMM and guest share the UART, so the
 * one's line may begin in the middle of the other's. A guest can print any of these; that ends its own run, no other.
 */
export const deadMarkers: readonly Marker[] = [
  ...ofMicrokit('Microkit loader', 'loaderError', 'the image could not start its kernel'),
  { who: 'seL4', line: /seL4 called fail at /, means: 'the kernel stopped itself' },
  { who: 'seL4', line: /seL4 failed assertion /, means: 'an assertion of the kernel does not hold' },
  { who: 'seL4', line: /KERNEL (DATA|PREFETCH) ABORT!/, means: 'the kernel took an abort' },
  { who: 'seL4', line: /^halting\.\.\./, means: 'the kernel halted' },
  ...ofMicrokit('Microkit initialiser', 'initialiserError', "the system's objects could not be made"),
  { who: 'Microkit monitor', line: /MON\|ERROR: /, means: 'a protection domain without a parent faulted' },
  { who: 'minikit', line: /minikit\|ERROR: /, means: 'the kernel or a protection domain is dead' },
  { who: 'VMM', line: /vmm\|ERROR: guest stopped: /, means: 'the VMM has given up its guest' },
  { who: 'guest', line: /Kernel panic - not syncing/, means: 'the guest kernel panicked' },
  { who: 'guest', line: /Internal error: Oops/, means: 'the guest kernel made an invalid access' },
  { who: 'guest', line: /Unable to handle kernel /, means: 'the guest kernel made an invalid access' },
  { who: 'guest', line: /Unhandled \d+-bit .*exception/, means: 'the guest kernel took an exception' },
  { who: 'guest', line: /watchdog: BUG: soft lockup/, means: 'a CPU of the guest is stuck' },
];
