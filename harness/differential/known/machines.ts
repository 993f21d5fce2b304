// SPDX-License-Identifier: BSD-2-Clause
/** Differences between the machines themselves: releases of QEMU, boards, and what QEMU does wrong without a VMM. */
import type { Exec } from '../program.js';
import {
  abortOf,
  classOf,
  endsAtBrk,
  external,
  isExclusive,
  isJump,
  type Known,
  pcAlignment,
  undefinedInstruction,
} from './context.js';

/** PAR_EL1.ATTR of Device memory, and of Normal Non-cacheable memory. */
const isUncached = (attributes: bigint): boolean => attributes >> 4n === 0n || attributes === 0x44n;

/** Whether an act runs with SCTLR_EL1.M clear. */
const isWithoutMmu = ({ registers }: Exec): boolean =>
  registers.some(({ id, value }) => id === 'sctlr' && (value.value & 1n) === 1n);

/** The fields of identification registers that tell of EL3, or of trace. */
const fieldsOfSecurity: ReadonlyMap<string, bigint> = new Map([
  ['s3_0_c0_c4_0', 0xf000n],
  ['s3_0_c0_c1_1', 0xf0n],
  ['s3_0_c0_c1_2', 0xf_00f0n],
]);

/** Exception class of a trapped WFI or WFE. */
const trappedWait = 0x01;

export const ofMachines: readonly Known[] = [
  {
    id: 'WFI that need not wait',
    why: 'WFI is trapped only if it would have to wait, and an interrupt of the hypervisor is a reason not to wait',
    source: 'Arm ARM DDI 0487, D17.2.118: SCTLR_EL1.nTWI; QEMU 7.2, target/arm/op_helper.c: helper_wfi',
    explains: ({ difference: { act }, bare, vmm }) =>
      act?.kind === 'exec' &&
      act.text[0] === 'wfi' &&
      [bare, vmm].every((seen) => classOf(seen) === trappedWait || endsAtBrk(seen)),
  },
  {
    id: 'store-exclusive at the last address',
    why: 'QEMU marks by an address of all ones that there is no exclusive access, and stores to it as if there were one',
    source: 'QEMU 7.2, target/arm/translate-a64.c: gen_store_exclusive and cpu_exclusive_addr',
    ends: true,
    explains: ({ difference: { act } }) =>
      act?.kind === 'exec' && isExclusive(act) && act.access?.address === -1,
  },
  {
    id: 'FAR before the access',
    why: 'QEMU splits an access across a page boundary into two aligned ones, and FAR_EL1 is the address of the first',
    source: 'QEMU, accel/tcg/cputlb.c: load_helper; Arm ARM DDI 0487, D17.2.40: an address of the access',
    explains: ({ difference: { act, fields }, bare, vmm }) => {
      if (act?.kind !== 'exec' || act.access === undefined) return false;
      const [only, ...others] = fields;
      if (only?.field !== 'FAR' || others.length > 0) return false;
      if (abortOf(bare) !== external || abortOf(vmm) !== external) return false;
      const begin = BigInt.asUintN(64, BigInt(act.access.address));
      const before = BigInt.asUintN(64, begin - (only.bare ?? 0n));
      return before > 0n && before < 16n;
    },
  },
  {
    id: 'FAR of DC ZVA',
    why: 'QEMU reports the start of the block; the architecture requires the address that the instruction names',
    source: 'Arm ARM DDI 0487, D17.2.40; QEMU 7.2, target/arm/helper-a64.c: dc_zva',
    explains: ({ difference: { act, fields } }) =>
      act?.kind === 'exec' &&
      act.text.some((line) => line.startsWith('dc zva')) &&
      fields.every(({ field }) => field === 'FAR'),
  },
  {
    id: 'misaligned PC where nothing is',
    why: 'under a hypervisor QEMU translates the page before it checks the alignment of the PC',
    source:
      'Arm ARM DDI 0487, D1.3.5.5: the alignment of the PC is checked first; QEMU 7.2, accel/tcg/cpu-exec.c',
    explains: ({ difference: { act }, bare, vmm }) =>
      act?.kind === 'exec' && isJump(act) && classOf(bare) === pcAlignment && abortOf(vmm) === external,
  },
  {
    id: 'RETAA',
    why: 'the QEMU version with the i.MX machine executes an Armv8.3 instruction on a CPU that lacks it',
    source: 'Arm ARM DDI 0487, C6.2.270: UNDEFINED without FEAT_PAuth; QEMU 10.0.2, target/arm/tcg',
    // It has gone to where x30 points, and an act after it may find other memory.
    ends: true,
    explains: ({ difference: { act }, bare }) =>
      act?.kind === 'exec' && act.text[0] === 'retaa' && classOf(bare) === undefinedInstruction,
  },
  {
    id: 'debug registers of another release',
    why: 'QEMU 7.2 lacks OSDTRRX_EL1, OSDTRTX_EL1, OSECCR_EL1 and the claim tags, which the QEMU version with the i.MX machine has',
    source:
      'Arm ARM DDI 0487, D17.3: OSDTRRX_EL1 to OSECCR_EL1, DBGCLAIMSET_EL1, DBGCLAIMCLR_EL1; QEMU 10.0.2, target/arm/debug_helper.c',
    explains: ({ difference: { act }, bare }) =>
      act?.kind === 'exec' &&
      /^mrs x\d+, s2_0_(c0_c[036]_2|c7_c[89]_6)$/.test(act.text[0] ?? '') &&
      classOf(bare) === undefinedInstruction,
  },
  {
    id: 'CPU revision',
    why: 'two releases of QEMU give the same CPU another REVIDR_EL1',
    source: 'Arm ARM DDI 0487, D17.2.130: REVIDR_EL1 is IMPLEMENTATION DEFINED',
    explains: ({ difference: { act, fields } }) =>
      act?.kind === 'exec' &&
      /^mrs x\d+, s3_0_c0_c0_6$/.test(act.text[0] ?? '') &&
      fields.every(({ field }) => /^x\d/.test(field)),
  },
  {
    id: 'EL3',
    why: "a board's machine has EL3 for its firmware, and QEMU's virt machine has none; QEMU 7.2 shows trace that it lacks",
    source:
      'Arm ARM DDI 0487, D17.2: ID_AA64PFR0_EL1.EL3, ID_PFR1_EL1.Security, ID_DFR0_EL1.CopSDbg and MMapTrc',
    explains: ({ difference: { act, fields } }) => {
      const text = act?.kind === 'exec' ? (act.text[0] ?? '') : '';
      const [, register = ''] = /^mrs x\d+, (\w+)$/.exec(text) ?? [];
      const may = fieldsOfSecurity.get(register);
      return (
        may !== undefined &&
        fields.every(({ field, bare = 0n, vmm = 0n }) => /^x\d/.test(field) && ((bare ^ vmm) & ~may) === 0n)
      );
    },
  },
  {
    id: 'shareability of uncached memory',
    why: 'AT reports Device and Non-cacheable memory as Outer Shareable; QEMU 7.2 reports what the descriptor has',
    source:
      'Arm ARM DDI 0487, D17.2.110: PAR_EL1.SH is 0b10 for Device and Normal Non-cacheable memory; QEMU 7.2, target/arm/ptw.c',
    explains: ({ difference: { fields } }) =>
      fields.every(
        ({ field, bare = 0n, vmm = 0n }) =>
          field === 'PAR' &&
          isUncached(bare >> 56n) &&
          ((bare ^ vmm) & ~0xffff_ffff_f180n) === 0n &&
          (bare & 1n) === 0n,
      ),
  },
  {
    id: 'physical addresses',
    why: 'RAM and devices of the two machines are at different physical addresses, which AT and faults without the MMU reveal',
    source:
      'Arm ARM DDI 0487, D17.2.110: PAR_EL1.PA; D8.2.10: without the MMU the output address is the input address',
    explains: ({ difference: { act, fields } }) =>
      fields.every(({ field, bare = 0n, vmm = 0n }) => {
        const isSamePage = ((bare ^ vmm) & ~0xffff_ffff_f000n) === 0n;
        if (field === 'FAR') return isSamePage && act?.kind === 'exec' && isWithoutMmu(act);
        return field === 'PAR' && isSamePage && (bare & 1n) === 0n;
      }),
  },
];
