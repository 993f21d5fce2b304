// SPDX-License-Identifier: BSD-2-Clause
/** Known pairs of lines: the first cause of a failure, and the symptom, which often appears much later. */

interface Pair {
  /** A line of the console. */
  cause: RegExp;
  /** The symptom that follows. */
  symptom: RegExp;
  /** What the cause means. */
  means: string;
}

const noRoot =
  /Unable to mount root fs|No working init found|Attempted to kill init|Requested init .* failed/;
const stuck = /soft lockup|rcu.* stall|did not appear|silent for|Kernel panic/;
/** Any end of a run. */
const anything = /^/;

/** Lines of Linux, as its sources print them (init/, kernel/, drivers/of, drivers/block). */
const pairs: readonly Pair[] = [
  {
    cause: /\b\w+\|ERROR(\|\w+| \([^)]*\))?: /,
    symptom: anything,
    means: 'the VMM or the system reports an error',
  },
  {
    cause: /Initramfs unpacking failed|rootfs image is not initramfs|invalid magic at start of compressed/,
    symptom: noRoot,
    means: 'the initrd is damaged, truncated, or not at the address in the device tree',
  },
  {
    cause: /INITRD: 0x[0-9a-f]+\+0x[0-9a-f]+ (overlaps in-use memory|is not a memory) region/,
    symptom: noRoot,
    means: 'the initrd is outside the memory, or in memory that is in use',
  },
  {
    cause: /Failed to execute \S+ \(error -\d+\)/,
    symptom: noRoot,
    means: 'the first program cannot be run',
  },
  {
    cause: /\/init: (not found|Permission denied|Exec format error)/,
    symptom: noRoot,
    means: 'the first program cannot be run',
  },
  { cause: /VFS: Cannot open root device/, symptom: noRoot, means: 'the disk of root= is not there' },
  { cause: /Out of memory: Killed process/, symptom: noRoot, means: 'the guest has too little memory' },
  {
    cause: /end Kernel panic - not syncing: Out of memory|Kernel panic.*System is deadlocked on memory/,
    symptom: anything,
    means: 'the guest has too little memory',
  },
  {
    cause: /virtio_\w+ \S+: probe.* failed|virtio_\w+: probe of \S+ failed/,
    symptom:
      /Waiting for root device|Cannot open root device|Unable to mount root fs|did not appear|silent for/,
    means: 'a device that the guest needs does not answer',
  },
  {
    cause: /arch_timer: .*(No interrupt|FIRMWARE BUG)|Unable to initialise architected timer/,
    symptom: stuck,
    means: "the device tree does not give the guest its timer's interrupt",
  },
  {
    cause: /GICv?\d?: .*(unable to map|no .* found)|irq: no irq domain found|unable to allocate irq/i,
    symptom: stuck,
    means: 'the device tree does not describe the interrupt controller that the VMM emulates',
  },
  {
    cause: /Bad FDT|FDT: .*invalid|Error: invalid device tree blob|Machine model: *$/,
    symptom: stuck,
    means: 'the device tree is damaged, or not at the address that the guest was given',
  },
  {
    cause: /Unable to handle kernel |Internal error: Oops|Unhandled fault:/,
    symptom: /Kernel panic/,
    means: 'the guest kernel made an invalid access earlier',
  },
];

export interface Cause {
  /** Number of the line, from 1. */
  line: number;
  text: string;
  means: string;
}

/** The first line of a console before line `until` that explains `symptom`. Line `until` is not its own cause. */
export function firstCause(lines: readonly string[], until: number, symptom: string): Cause | undefined {
  const known = pairs.filter((pair) => pair.symptom.test(symptom));
  for (const [index, text] of lines.slice(0, until - 1).entries()) {
    const pair = known.find(({ cause }) => cause.test(text));
    if (pair !== undefined) return { line: index + 1, text, means: pair.means };
  }
  return undefined;
}
