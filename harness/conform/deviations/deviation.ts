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
