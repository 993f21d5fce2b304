// SPDX-License-Identifier: BSD-2-Clause
/** Loads and stores with the guest's MMU on: every granule, size of address and level, attributes, page borders. */
import { faultedPart, firstLevel, forms, halfOf, indexShift, type Step } from '../../model/index.js';
import type { CaseBuilder } from './case-builder.js';

type MappedStep = Extract<Step, { op: 'mapped' }>;

const accessFlag = 1n << 10n;
const forEl0 = 1n << 6n;
const readOnly = 1n << 7n;
/** Executable at both levels, and with WXN too. */
const codeBits = accessFlag | readOnly | forEl0;
const wxn = 1 << 19;
const endian = { el0: 1 << 24, el1: 1 << 25 };
const emulatedPage = 0x1000_0000;
const unused = 0x0b00_0000;

/** Registers handlers for two neighbouring pages, mostly. */
export function emulatedPages(builder: CaseBuilder): void {
  for (const page of [0, 1])
    if (builder.chance(85))
      builder.add({
        op: 'handler',
        base: BigInt(emulatedPage + page * 0x1000),
        size: builder.pick([0x1000n, 0x1000n, 0xff8n]),
        id: page + 1,
      });
}

/** TCR_EL1 with one half of the address space as wanted, and the other at random. */
function control(builder: CaseBuilder, upper: boolean, granule: 12 | 16, bits: number): bigint {
  const other = BigInt(builder.int(16, 39));
  const own = BigInt(64 - bits);
  const sizes = upper ? other | (own << 16n) : own | (other << 16n);
  const tg = granule === 12 ? (upper ? 2n << 30n : 0n) : upper ? 3n << 30n : 1n << 14n;
  const otherTg = BigInt(builder.int(0, 2)) << (upper ? 14n : 30n);
  const ips = BigInt(builder.pick([2, 2, 2, 5, 0, 1, 6]));
  const topByte = builder.chance(30) ? (upper ? 1n << 38n : 1n << 37n) : 0n;
  const otherHalf = builder.chance(10) ? (upper ? (1n << 7n) | (1n << 37n) : (1n << 23n) | (1n << 38n)) : 0n;
  // Fields that an Armv8.0 CPU does not have: HA, HD, HPD0, HPD1.
  const later = builder.chance(20) ? BigInt(builder.int(1, 15)) << 39n : 0n;
  return sizes | tg | otherTg | (ips << 32n) | topByte | otherHalf | later;
}

/** A virtual address in the half whose block or page is followed by two others in its table. */
function someAddress(
  builder: CaseBuilder,
  upper: boolean,
  granule: 12 | 16,
  bits: number,
  level: number,
): bigint {
  const shift = indexShift(granule, level);
  const width = Math.min(granule - 3, bits - shift);
  let va = 0n;
  for (let bit = shift + width; bit < bits; bit += 1) va |= BigInt(builder.int(0, 1)) << BigInt(bit);
  va |= BigInt(builder.int(0, Math.max(0, 2 ** width - 4))) << BigInt(shift);
  return upper ? va | (((1n << BigInt(64 - bits)) - 1n) << BigInt(bits)) : va;
}

/** A device, a hole or RAM, as far into a block as the virtual address. */
function someTarget(builder: CaseBuilder): number {
  const { distributor, ram, redistributorBase, gic } = builder.config;
  const frames = gic === 3 ? [distributor.base, redistributorBase] : [distributor.base];
  return builder.pick([
    ...frames,
    emulatedPage,
    emulatedPage,
    emulatedPage + 0x1000,
    unused,
    ram.base + 0x8_0000,
  ]);
}

function descriptor(builder: CaseBuilder, address: number, level: number): bigint {
  const kind = level === 3 ? 3n : 1n;
  const valid = BigInt(address) | accessFlag | forEl0 | kind;
  if (builder.chance(45)) return valid | (BigInt(builder.int(0, 7)) << 2n);
  const change = builder.pick([forEl0, readOnly, accessFlag, forEl0 | readOnly, readOnly, 1n, 2n]);
  const far = builder.chance(10) ? 1n << BigInt(builder.int(32, 47)) : 0n;
  const attributes = builder.chance(20) ? BigInt(builder.int(0, 0x1f)) << 50n : 0n;
  return (valid ^ change) | far | attributes;
}

/** One access, often across the border of two pages. */
export function mappedAccess(builder: CaseBuilder): void {
  if (!builder.config.translates) return;
  const granule = builder.pick([12, 12, 16] as const);
  const bits = builder.int(25, 48);
  const upper = builder.chance(40);
  const tcr = control(builder, upper, granule, bits);
  const levels = granule === 12 ? [1, 2, 3, 3, 3] : [2, 3, 3];
  // Its table must have room for three blocks or pages.
  const fits = (one: number) => one >= firstLevel(granule, bits) && bits - indexShift(granule, one) >= 2;
  const level = builder.pick(levels.filter(fits));
  const size = 2n ** BigInt(indexShift(granule, level));
  const form = builder.int(0, forms.length - 1);
  const { bytes = 4, pair = false, load = true } = forms[form] ?? {};
  const crosses = builder.chance(60);
  const target = someTarget(builder);
  const within = BigInt(target) % size;
  const span = BigInt(bytes);
  const inPage = crosses ? 0x1000n - span : BigInt(builder.int(0, 0x1f0 / 8) * 8);
  const offset = crosses && (!pair || builder.chance(70)) ? size - span : within + inPage;
  const base = someAddress(builder, upper, granule, bits, level);
  const tag =
    halfOf(tcr, base).ignoresTop && builder.chance(60) ? BigInt(builder.int(0, 255)) << 56n : undefined;
  const address = base | offset;
  const aligned = (at: number): number => Number((BigInt(at) / size) * size);
  const el0 = builder.chance(50);
  const state = (el0 ? 0x20 : builder.pick([0, 0x10])) | (builder.chance(30) ? builder.int(0, 15) : 0);
  const { ram } = builder.config;
  const codeAt = aligned(ram.base + 0x1_0000);
  const limits = BigInt(builder.chance(60) ? 0 : builder.int(0, 3)) << 61n;
  const noExecute = BigInt(builder.int(0, 1)) << (el0 ? 59n : 60n);
  const big = builder.chance(15) ? builder.pick([endian.el0, endian.el1, endian.el0 | endian.el1]) : 0;
  const [rt, rt2, rn] = [builder.pick([2, 12, 31]), 3, 1];
  const step: MappedStep = {
    op: 'mapped',
    vcpu: builder.vcpu(),
    form,
    rt,
    rt2,
    rn,
    address: tag === undefined ? address : (address & ((1n << 56n) - 1n)) | tag,
    value: (BigInt(builder.word()) << 32n) | BigInt(builder.word()),
    state,
    level,
    sctlr: (builder.chance(20) ? wxn : 0) | big,
    tcr,
    tables: limits | noExecute,
    first: descriptor(builder, aligned(target), level),
    second: descriptor(builder, aligned(someTarget(builder)), level),
    code: BigInt(codeAt) | codeBits | (level === 3 ? 3n : 1n),
  };
  if (!load && touchesSgir(builder, step)) return;
  if (faultedPart(builder.config, step) !== undefined) builder.add(step);
}

/** GICD_SGIR of a GICv2 is left alone. Its place in a page is the same for every granule. */
function touchesSgir(builder: CaseBuilder, { address }: MappedStep): boolean {
  const inPage = Number(address & 0xfffn);
  return builder.config.gic === 2 && inPage > 0xef0 && inPage < 0xf10;
}
