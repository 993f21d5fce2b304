// SPDX-License-Identifier: BSD-2-Clause
/**
 * Generated mutants that behave as the library does, although they compile to other code. Only those are listed for which
 * no guest, VMM or kernel could tell the difference in anything but time.
 */
import type { GeneratedMutant } from './generate.js';

export interface Equivalent {
  /** Relative to the library's src/; a file whose name begins with it. */
  file: string;
  /** The source line with the replacement applied. */
  after: RegExp;
  why: string;
}

const oneMore = 'one register more is read, and not used';

export const equivalents: readonly Equivalent[] = [
  {
    file: 'gic/routing_registers.c',
    after: /^for \(size_t i = 0; i < 5; i\+\+\) \{$/,
    why: 'no access to this register has a fifth lane',
  },
  {
    file: 'gic/routing_registers.c',
    after: /^if \(n \* 17 < /,
    why: 'a product that selects the same whole registers',
  },
  {
    file: 'gic/routing_registers.c',
    after: /^if \(lanes >> \(2 \* i \+ 0\) & 1\)$/,
    why: 'lanes are whole bytes, which both bits of an INTID share',
  },
  {
    file: 'fault/stage1.c',
    after: /^static const uint8_t ips\[\] = \{32, 36, 4\d, 4\d, 4\d, 4\d, 4\d, 4\d\};$/,
    why: 'PA_BITS limits the sizes from 40 on',
  },
  {
    file: 'fault/stage1.c',
    after: /^uint64_t \*entry = guest_ram\(table \+ .*, 7\);$/,
    why: 'a descriptor is aligned, and lies in RAM as a whole or not at all',
  },
  {
    file: 'gic/',
    after: /^\{GIC[DRV3]+_\w+, +0x\w+, +\d, +\w+, +0, +1, /,
    why: 'the first INTID of a bank that is not indexed by INTID',
  },
  { file: 'fault/', after: /^kernel_read_context\(vcpu_id, CONTEXT_(SPSR|X0) \+ 2, word\);$/, why: oneMore },
];

/** Why a mutant is listed as equivalent; `undefined` when it is not. */
export const whyEquivalent = (mutant: GeneratedMutant, table = equivalents): string | undefined =>
  table.find(({ file, after }) => mutant.file.startsWith(file) && after.test(mutant.after))?.why;
