// SPDX-License-Identifier: BSD-2-Clause
/**
 * The guest's stage 1 translation (DDI 0487, D8) on an Armv8.0 CPU with 40 bits of physical address and granules of 4 and
 * 64 KiB: the address of a load or store, or the fault status code of its abort.
 */

/** The translation registers, and what is in memory. */
export interface Regime {
  /** SCTLR_EL1. The MMU is on. */
  sctlr: bigint;
  /** TCR_EL1. */
  tcr: bigint;
  /** TTBR0_EL1 and TTBR1_EL1. */
  tables: readonly [bigint, bigint];
  /** The descriptor at an address; `outside` of memory, or `unknown`. */
  descriptor(address: bigint): bigint | 'outside' | 'unknown';
}

interface Access {
  write: boolean;
  el0: boolean;
}

/** `ipa` of an access that is permitted; otherwise the fault status code (ISS.DFSC), or `unknown`. */
export type Translation = { ipa: bigint } | { status: number } | { unknown: true };

const faults = { addressSize: 0x00, translation: 0x04, accessFlag: 0x08, permission: 0x0c, onWalk: 0x14 };
const lastLevel = 3;
const physicalBits = 40;

const field = (value: bigint, low: number, width: number): number =>
  Number((value >> BigInt(low)) & ((1n << BigInt(width)) - 1n));
const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;

/** Logarithm of the granule by TG0 and TG1; others are reserved, or missing in this CPU. */
const granules = [
  { 0: 12, 1: 16 },
  { 2: 12, 3: 16 },
] as const satisfies readonly Readonly<Record<number, number>>[];

/** The fields of TCR_EL1 for the half of the address space of an address (D17.2, TCR_EL1). */
export function halfOf(tcr: bigint, va: bigint) {
  const upper = field(va, 55, 1) as 0 | 1;
  const names: Readonly<Record<number, number>> = granules[upper];
  const granule = names[field(tcr, upper ? 30 : 14, 2)];
  return {
    upper,
    granule,
    /** Bits of a virtual address. */
    bits: 64 - field(tcr, upper ? 16 : 0, 6),
    disabled: field(tcr, upper ? 23 : 7, 1) === 1,
    ignoresTop: field(tcr, 37 + upper, 1) === 1,
  };
}

/** Bits of an output address (TCR_EL1.IPS). */
const outputBits = (tcr: bigint): number =>
  Math.min(physicalBits, [32, 36, 40, 42, 44, 48][field(tcr, 32, 3)] ?? 48);

/** Position of the index into a table of a level. */
export const indexShift = (granule: number, level: number): number =>
  granule + (lastLevel - level) * (granule - 3);

/** The level at which a walk begins. */
export const firstLevel = (granule: number, bits: number): number =>
  lastLevel + 1 - Math.ceil((bits - granule) / (granule - 3));

/** Translates the address of an access. */
export function translate(regime: Regime, va: bigint, access: Access): Translation {
  const { tcr } = regime;
  const { upper, granule, bits, disabled, ignoresTop } = halfOf(tcr, va);
  const top = (ignoresTop ? va & ones(56) : va) >> BigInt(bits);
  const expected = upper === 0 ? 0n : ones((ignoresTop ? 56 : 64) - bits);
  if (granule === undefined || bits < 25 || bits > 48 || disabled || top !== expected)
    return { status: faults.translation };
  const table = regime.tables[upper] & ones(48);
  if (table >> BigInt(outputBits(tcr))) return { status: faults.addressSize };
  return walk(regime, va & ones(bits), table, granule, bits, access);
}

function walk(
  regime: Regime,
  va: bigint,
  root: bigint,
  granule: number,
  bits: number,
  access: Access,
): Translation {
  const most = outputBits(regime.tcr);
  const first = firstLevel(granule, bits);
  /** APTable of the levels so far. */
  let limits = 0;
  let table =
    (root >> BigInt(bits - indexShift(granule, first) + 3)) << BigInt(bits - indexShift(granule, first) + 3);
  for (let level = first; level <= lastLevel; level += 1) {
    const shift = BigInt(indexShift(granule, level));
    const width = level === first ? bits - Number(shift) : granule - 3;
    const descriptor = regime.descriptor(table + ((va >> shift) & ones(width)) * 8n);
    if (descriptor === 'unknown') return { unknown: true };
    if (descriptor === 'outside') return { status: faults.onWalk | level };
    const kind = Number(descriptor & 3n);
    const isTable = kind === 3 && level < lastLevel;
    const isBlock = kind === 1 && (level === 2 || (level === 1 && granule === 12));
    const isPage = kind === 3 && level === lastLevel;
    if (!isTable && !isBlock && !isPage) return { status: faults.translation | level };
    const output = descriptor & 0xffff_ffff_f000n;
    if (output >> BigInt(most)) return { status: faults.addressSize | level };
    if (isTable) {
      limits |= field(descriptor, 61, 2);
      table = (output >> BigInt(granule)) << BigInt(granule);
      continue;
    }
    if (field(descriptor, 10, 1) === 0) return { status: faults.accessFlag | level };
    if (!permits(field(descriptor, 6, 2), limits, access)) return { status: faults.permission | level };
    return { ipa: ((output >> shift) << shift) | (va & ones(Number(shift))) };
  }
  throw new RangeError('a walk ends at the last level');
}

/** AP[2:1] of the leaf with the APTable bits above it (D8.4). */
function permits(ap: number, limits: number, { write, el0 }: Access): boolean {
  const forEl0 = (ap & 1) === 1 && (limits & 1) === 0;
  const readOnly = (ap & 2) === 2 || (limits & 2) === 2;
  return !(write && readOnly) && (forEl0 || !el0);
}
