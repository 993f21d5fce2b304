// SPDX-License-Identifier: BSD-2-Clause
/** A difference between the logs of two machines. */
import type { Act } from './program.js';

/** A field with different values; `undefined` where a log does not have it. */
export interface FieldDifference {
  field: string;
  bare: bigint | undefined;
  vmm: bigint | undefined;
}

/** The fields that differ in one act, or in memory after the last act. */
export interface Difference {
  /** Index of the act; the number of acts stands for memory at the end. */
  place: number;
  act: Act | undefined;
  fields: FieldDifference[];
}
