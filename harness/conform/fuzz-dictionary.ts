// SPDX-License-Identifier: BSD-2-Clause
/** Words for libFuzzer (`-dict`): what a hostile guest is made of, so that it need not be found bit by bit. */
import { forms, psciFunctions } from '../model/index.js';

/** Descriptors of stage 1 (Arm ARM DDI 0487, D8.3): tables, pages and blocks with the usual attributes, read-only, of EL0. */
const descriptors = [0x3, 0x443, 0x4c3, 0x403, 0x483, 0x441, 0x4c1, 0x043] as const;
/** TCR_EL1 for T0SZ of 16, 25, 39 and 48 with each granule (D17.2.139). */
const sizes = [16, 25, 39, 48] as const;
const granules = [0, 1, 2] as const;
/** ISS of data aborts by a translation, access flag, permission, alignment and external fault, with WnR (D17.2.37). */
const faults = [0x07, 0x0b, 0x0f, 0x21, 0x10, 0x47, 0x4f] as const;

function entry(name: string, value: bigint, bytes: number): string {
  const hexadecimal = Array.from(
    { length: bytes },
    (_, index) =>
      `\\x${Number((value >> BigInt(8 * index)) & 0xffn)
        .toString(16)
        .padStart(2, '0')}`,
  );
  return `${name}="${hexadecimal.join('')}"`;
}

/** The dictionary's file. */
export function fuzzDictionary(): string {
  const words = (name: string, values: readonly number[], bytes = 4) =>
    values.map((value, index) => entry(`${name}_${index}`, BigInt(value), bytes));
  return [
    ...words(
      'form',
      forms.map(({ word }) => word),
    ),
    ...words('psci', Object.values(psciFunctions)),
    ...words('descriptor', descriptors, 8),
    ...words(
      'tcr',
      sizes.flatMap((size) => granules.map((granule) => size | (granule << 14))),
      8,
    ),
    ...words('iss', faults),
    '',
  ].join('\n');
}
