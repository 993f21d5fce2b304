// SPDX-License-Identifier: BSD-2-Clause
/** Registers of a frame of an interrupt controller, as a table's rows. */
import type { Context } from './context.js';
import type { Rule } from './rule.js';

/** A part of a register's bits that has a rule of its own. */
type Part = readonly [mask: (c: Context, n: number) => number, rule: Rule];

export interface Register {
  readonly name: string;
  /** Offsets of its first and of its last byte. */
  readonly first: number;
  readonly last: number;
  readonly access: 'rw' | 'ro' | 'wo';
  /** Bytes can be accessed alone (4.1.4). */
  readonly bytes?: true;
  /** A half of a 64-bit register, that can be accessed as a whole. */
  readonly doubles?: true;
  /** INTIDs in one word, where the register is one of an array for all INTIDs. */
  readonly perWord?: 4 | 16 | 32;
  /** Offset of the array's word 0 where that is not `first`. */
  readonly array?: number;
  readonly rule: Rule;
  readonly parts?: readonly Part[];
  /** Value of word `n` of the array; bits that the sources leave open go to `c.open`. */
  read?(c: Context, vcpu: number, n: number): number;
  /** `lanes` has ones in the bytes that are written. */
  write?(c: Context, vcpu: number, n: number, value: number, lanes: number): void;
}

/** A frame of registers: the distributor, or the part of a redistributor that one vCPU has. */
export interface RegisterFrame {
  /** How its registers without a name are called. */
  readonly prefix: string;
  /** Bytes. */
  readonly size: number;
  /** In the order of their offsets; what lies between is reserved. */
  readonly registers: readonly Register[];
  /** Offsets whose reads are IMPLEMENTATION DEFINED: the first and the last byte. */
  readonly open: readonly (readonly [first: number, last: number])[];
  /** Rules of what is not one register's. */
  readonly rules: {
    readonly reserved: Rule;
    readonly absent: Rule;
    readonly readOnly: Rule;
    readonly bytes: Rule;
    readonly otherSizes: Rule;
  };
  /** Only registers of 64 bits are accessed by doublewords; elsewhere a doubleword is two words. */
  readonly doubles?: true;
  /** Registers that each vCPU has for itself at the same address, and their rule. */
  readonly banked?: { readonly rule: Rule; is(register: Register, n: number): boolean };
  /** Every vCPU can reach every frame, and the frame is still its owner's: this rule. */
  readonly owned?: Rule;
}
