// SPDX-License-Identifier: BSD-2-Clause
/** Types of the register tables of an interrupt controller. */
import type { Context } from './context.js';
import type { Rule } from './rule.js';

/** Bits of a register that have a rule of their own. */
type Part = readonly [mask: (c: Context, n: number) => number, rule: Rule];

export interface Register {
  readonly name: string;
  /** Offsets of the first and the last byte. */
  readonly first: number;
  readonly last: number;
  readonly access: 'rw' | 'ro' | 'wo';
  /** Supports byte accesses (4.1.4). */
  readonly bytes?: true;
  /** Half of a 64-bit register that supports accesses of 64 bits. */
  readonly doubles?: true;
  /** INTIDs in one word, when the register is an array for all INTIDs. */
  readonly perWord?: 4 | 16 | 32;
  /** Offset of the array's word 0, when that is not `first`. */
  readonly array?: number;
  readonly rule: Rule;
  readonly parts?: readonly Part[];
  /** Value of word `n` of the array. Adds bits whose value is open to `c.open`. */
  read?(c: Context, vcpu: number, n: number): number;
  /** `lanes` is a mask of the bytes that are written. */
  write?(c: Context, vcpu: number, n: number, value: number, lanes: number): void;
}

/** A register frame: the distributor, or the redistributor of one vCPU. */
export interface RegisterFrame {
  /** Prefix for the names of reserved words, for reports. */
  readonly prefix: string;
  /** Bytes. */
  readonly size: number;
  /** In order of offset. Gaps are reserved. */
  readonly registers: readonly Register[];
  /** First and last byte of ranges whose reads are IMPLEMENTATION DEFINED. */
  readonly open: readonly (readonly [first: number, last: number])[];
  /** Rules that do not belong to a single register. */
  readonly rules: {
    readonly reserved: Rule;
    readonly absent: Rule;
    readonly readOnly: Rule;
    readonly bytes: Rule;
    readonly otherSizes: Rule;
  };
  /** The frame has 64-bit registers; only those support accesses of 64 bits. Otherwise such an access is two words. */
  readonly doubles?: true;
  /** Which registers are banked for each vCPU, and the rule for them. */
  readonly banked?: { readonly rule: Rule; is(register: Register, n: number): boolean };
  /** The rule for frames that belong to one vCPU and that every vCPU can access. */
  readonly owned?: Rule;
}
