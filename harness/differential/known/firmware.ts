// SPDX-License-Identifier: BSD-2-Clause
/** Differences in calls of firmware. */
import type { Difference } from '../difference.js';
import type { Known } from './context.js';

const notSupported = 0xffff_ffff_ffff_ffffn;
const psciFeatures = 0x8400_000a;
const isPsci = (id: number): boolean => id >>> 24 === 0x84 || id >>> 24 === 0xc4;
const cpuCalls: readonly number[] = [0x8400_0003, 0xc400_0003, 0x8400_0004, 0xc400_0004];
const isError = (value: bigint | undefined): boolean => value !== undefined && BigInt.asIntN(32, value) < 0n;

/** Whether an act is an SMC whose function `is` accepts, and only its result differs. */
function isCall(
  act: Difference['act'],
  is: (id: number, upper: bigint) => boolean,
  fields: Difference['fields'],
): boolean {
  if (act?.kind !== 'exec' || act.text[0] !== 'smc #0') return false;
  const id = act.registers.find((register) => register.id === 0)?.value.value ?? 0n;
  return is(Number(BigInt.asUintN(32, id)), id >> 32n) && fields.every(({ field }) => field === 'x0');
}

/** A 32-bit call whose first argument has bits set in its upper half. */
const isWide = (act: Difference['act']): boolean => {
  if (act?.kind !== 'exec') return false;
  const [id, first] = [0, 1].map(
    (n) => act.registers.find((register) => register.id === n)?.value.value ?? 0n,
  );
  return (((id ?? 0n) >> 24n) & 0xffn) === 0x84n && (first ?? 0n) >> 32n !== 0n;
};

export const ofFirmware: readonly Known[] = [
  {
    id: 'SMCCC',
    why: "QEMU's firmware implements only PSCI, and checks all of X0: it returns -1 to calls that a VMM implements",
    source: 'Arm DEN 0028, 7.2: SMCCC_VERSION; QEMU 7.2, target/arm/psci.c',
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id, upper) => !isPsci(id) || id === psciFeatures || upper !== 0n, fields) &&
      fields[0]?.bare === notSupported,
  },
  {
    id: 'PSCI: which error',
    why: 'of two errors in the arguments either may be reported, and the upper half of the arguments of a 32-bit call is ignored',
    source: "Arm DEN 0022F, 5.6: CPU_ON; QEMU 7.2 takes all 64 bits of a 32-bit call's arguments",
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id) => cpuCalls.includes(id), fields) &&
      fields.every(({ bare, vmm }) => isError(bare) && (isError(vmm) || isWide(act))),
  },
  {
    id: 'PSCI: affinity levels',
    why: 'from PSCI 1.0 on, AFFINITY_INFO may refuse a level above 0; QEMU returns ON for all of them',
    source: 'Arm DEN 0022F, 5.1.5: lowest_affinity_level',
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id) => id === 0x8400_0004 || id === 0xc400_0004, fields) &&
      fields.every(({ bare, vmm }) => bare === 0n && isError(vmm)),
  },
];
