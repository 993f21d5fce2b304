// SPDX-License-Identifier: BSD-2-Clause
/** A rule that a library is known to break. */
export interface Deviation {
  rule: string;
  reason: string;
  /** Release of the library that has had it first, as far as is known. */
  since: string;
  /** Every run that exercises the rule shows it: when one does not, it is gone. */
  always?: true;
  /** What follows in a case can be judged all the same: the state is what the model thinks. */
  goesOn?: true;
}

/** Words for the list of a library whose release `since` has them first. */
export function deviationsSince(since: string) {
  /** What every run shows. */
  const always = (rule: string, reason: string): Deviation => ({ rule, reason, since, always: true });
  /** What some cases show. */
  const sometimes = (rule: string, reason: string): Deviation => ({ rule, reason, since });
  /** Those after which the state is what the model thinks: their cases go on. */
  const goesOn = (deviation: Deviation): Deviation => ({ ...deviation, goesOn: true });
  /** Registers that are kept as memory, without what the architecture makes of them. */
  const copied = (rule: string, what: string): Deviation =>
    goesOn(sometimes(`gicd.${rule}`, `the distributor's registers are kept as memory: ${what}`));
  /** linux_setup_images; each call is for itself. */
  const image = (rule: string): Deviation =>
    goesOn(sometimes(`images.${rule}`, 'linux_setup_images answers 0 on failure, and looks at less'));
  const imageAlways = (rule: string): Deviation =>
    goesOn(always(`images.${rule}`, 'linux_setup_images answers 0 on failure, and may have written RAM'));
  return { always, sometimes, goesOn, copied, image, imageAlways };
}
