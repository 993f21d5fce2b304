// SPDX-License-Identifier: BSD-2-Clause
/**
 * Loads and stores with the guest's MMU on. The target writes tables of translation into guest RAM for one step: from
 * the first level down to `level`, where three neighbouring descriptors are those of the step. The last maps the
 * instruction.
 */
import { addressesOf, judgeAt, ownerOf } from './access.js';
import { accessRules as rules } from './access-rules.js';
import type { ModelConfig } from './config.js';
import type { Context } from './context.js';
import { judgeException } from './exception.js';
import { type Form, forms } from './forms.js';
import { isEl0 } from './pstate.js';
import type { Seen } from './seen.js';
import { firstLevel, halfOf, indexShift, type Regime, type Translation, translate } from './stage1.js';
import type { MappedStep } from './step.js';

/** Offset in guest RAM of the table of level 0, and from one level's to the next's. */
export const mappedTables = { first: 0x2_0000, each: 0x1_0000 } as const;
const table = 3n;
const mmuOn = 1n;
/** SCTLR_EL1.E0E and EE. */
const bigEndian = { el0: 1n << 24n, el1: 1n << 25n };
/** ESR_EL1: data abort without a change of exception level, 32-bit instruction; WnR. */
const dataAbort = 0x9600_0000;
const writeNotRead = 0x40;
const external = 0x10;
/** Page size of stage 2. */
const page = 0x1000n;

/** The index of an address in its table of a level. */
const indexAt = (va: bigint, granule: number, bits: number, level: number): bigint => {
  const shift = indexShift(granule, level);
  const width = Math.min(granule - 3, bits - shift);
  return (va >> BigInt(shift)) & ((1n << BigInt(width)) - 1n);
};

/** The regime of a step; `undefined` if no walk for its address reaches its level. */
function regimeOf({ ram }: ModelConfig, step: MappedStep): Regime | undefined {
  const { granule = 0, bits } = halfOf(step.tcr, step.address);
  if (granule === 0) return undefined;
  const start = firstLevel(granule, bits);
  if (step.level < start || step.level > 3) return undefined;
  const tableAt = (level: number) => BigInt(ram.base + mappedTables.first + level * mappedTables.each);
  const entries = new Map<bigint, bigint>();
  for (let level = start; level < step.level; level += 1)
    entries.set(
      tableAt(level) + indexAt(step.address, granule, bits, level) * 8n,
      tableAt(level + 1) | table | step.tables,
    );
  const leaf = tableAt(step.level) + indexAt(step.address, granule, bits, step.level) * 8n;
  entries.set(leaf, step.first);
  entries.set(leaf + 8n, step.second);
  entries.set(leaf + 16n, step.code);
  return {
    sctlr: BigInt(step.sctlr) | mmuOn,
    tcr: step.tcr,
    tables: [tableAt(start), tableAt(start)],
    descriptor: (address) => {
      if (address < BigInt(ram.base) || address >= BigInt(ram.base + ram.size)) return 'outside';
      // The tables are empty besides these. The rest of RAM has what earlier steps left there.
      const isTable = address >= tableAt(start) && address < tableAt(step.level + 1);
      return entries.get(address) ?? (isTable ? 0n : 'unknown');
    },
  };
}

/** The parts of an access that lie in one page of stage 2 each, with their translation. */
function partsOf(
  config: ModelConfig,
  step: MappedStep,
  form: Form,
): { va: bigint; bytes: number; to: Translation }[] {
  const regime = regimeOf(config, step);
  if (regime === undefined) return [];
  const bytes = form.bytes * (form.pair ? 2 : 1);
  const room = Number(page - (step.address % page));
  const access = { write: !form.load, el0: isEl0(step.state) };
  const part = (va: bigint, size: number) => ({ va, bytes: size, to: translate(regime, va, access) });
  const first = part(step.address, Math.min(bytes, room));
  return bytes <= room ? [first] : [first, part(step.address + BigInt(room), bytes - room)];
}

/**
 * The part of an access that a CPU sends to the VMM; `undefined` if there is none. The CPU completes what is in RAM, and
 * itself raises a fault of stage 1 that comes before the first of stage 2.
 */
export function faultedPart(config: ModelConfig, step: MappedStep): { va: bigint; ipa: bigint } | undefined {
  const form = forms[step.form];
  if (form === undefined) throw new RangeError(`no instruction form ${step.form}`);
  const { base, size } = config.ram;
  const inRam = (ipa: bigint) => ipa >= BigInt(base) && ipa < BigInt(base + size);
  const parts = partsOf(config, step, form);
  if (parts.some(({ to }) => 'unknown' in to)) return undefined;
  const part = parts.find(({ to }) => !('ipa' in to) || !inRam(to.ipa));
  return part !== undefined && 'ipa' in part.to ? { va: part.va, ipa: part.to.ipa } : undefined;
}

/** Judges one load or store through the guest's stage 1, and applies it to the state. */
export function judgeMapped(c: Context, step: MappedStep, seen: Seen): void {
  const form = forms[step.form];
  if (form === undefined) throw new RangeError(`no instruction form ${step.form}`);
  const parts = partsOf(c.config, step, form);
  const faulted = faultedPart(c.config, step);
  if (!c.config.translates || faulted === undefined) {
    c.unpredictable = 'the VMM sees nothing of this access';
    return;
  }
  const direction = form.load ? 0 : writeNotRead;
  for (const { va, to } of parts) {
    if (!('status' in to)) continue;
    judgeException(c, step.state, seen, dataAbort | to.status | direction, va, rules.stage1);
    return;
  }
  const big = BigInt(step.sctlr) & (isEl0(step.state) ? bigEndian.el0 : bigEndian.el1);
  if (!form.syndrome && big !== 0n) {
    judgeException(c, step.state, seen, dataAbort | external | direction, faulted.va, rules.byteOrder);
    return;
  }
  const places = addressesOf(step, form).map((va) => {
    const [, second] = parts;
    const part = second !== undefined && va >= second.va ? second : parts[0];
    return part !== undefined && 'ipa' in part.to ? part.to.ipa + (va - part.va) : 0n;
  });
  if (places.some((place) => ownerOf(c, place, 1) === 'interface')) {
    c.unpredictable = 'the hardware answers the CPU interface';
    return;
  }
  judgeAt(c, step, form, places, seen);
  if (seen.outcome.kind === 'next') c.ledger.hold(rules.translated);
}
