// SPDX-License-Identifier: BSD-2-Clause
/** What two machines have seen differently. */
import type { Act } from './program.js';

/** One thing that was seen differently; `undefined`: not seen at all. */
export interface FieldDifference {
  field: string;
  bare: bigint | undefined;
  vmm: bigint | undefined;
}

/** What differs in one act, or after the last one in memory. */
export interface Difference {
  /** Its place among the acts; as many as there are acts: memory at the end. */
  place: number;
  act: Act | undefined;
  fields: FieldDifference[];
}
