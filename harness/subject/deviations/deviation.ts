// SPDX-License-Identifier: BSD-2-Clause
/** A rule that a library is known to break. */
export interface Deviation {
  rule: string;
  reason: string;
  /** The first release of the library that has the deviation, as far as is known. */
  since: string;
  /** Every run that exercises the rule shows the deviation. A run that does not show it proves it gone. */
  always?: true;
  /** The rest of a case can still be judged, because the state is the one that the model expects. */
  goesOn?: true;
}

const lessChecked = [
  ...['copied', 'dtbPlace', 'dtbSize', 'entry', 'inside'],
  ...['kernelAligned', 'kernelEndian', 'kernelHeader', 'oldKernel'],
];
const writtenBefore = ['disjoint', 'dtbMagic', 'kernelMagic'];

/** Shorthands for the list of a library whose release `since` is the first to have these deviations. */
export function deviationsSince(since: string) {
  /** A deviation that every run shows. */
  const always = (rule: string, reason: string): Deviation => ({ rule, reason, since, always: true });
  /** A deviation that only some cases show. */
  const sometimes = (rule: string, reason: string): Deviation => ({ rule, reason, since });
  /** A deviation after which the state is the one that the model expects, so that the case goes on. */
  const goesOn = (deviation: Deviation): Deviation => ({ ...deviation, goesOn: true });
  /** Registers that the library keeps as plain memory, without the behaviour that the architecture gives them. */
  const copied = (rule: string, difference: string): Deviation =>
    goesOn(sometimes(`gicd.${rule}`, `the distributor's registers are kept as memory: ${difference}`));
  /** The rules of linux_setup_images. Each call is judged by itself. */
  const images: readonly Deviation[] = [
    ...lessChecked.map((rule) =>
      goesOn(sometimes(`images.${rule}`, 'linux_setup_images returns 0 on failure, and checks less')),
    ),
    ...writtenBefore.map((rule) =>
      goesOn(
        always(`images.${rule}`, 'linux_setup_images returns 0 on failure, and may have written to RAM'),
      ),
    ),
  ];
  return { always, sometimes, goesOn, copied, images };
}
