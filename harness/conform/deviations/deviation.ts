// SPDX-License-Identifier: BSD-2-Clause
/** A rule that a library is known to break. */
export interface Deviation {
  rule: string;
  reason: string;
  /** Release of the library that has had it first, as far as is known. */
  since: string;
  /** What follows in a case can be judged all the same: the state is what the model thinks. */
  goesOn?: true;
}
