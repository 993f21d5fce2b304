// SPDX-License-Identifier: BSD-2-Clause
/** Shrinks a program that shows a difference. Variants are tried on both machines, in one boot. */
import { signature } from './compare.js';
import type { Difference } from './difference.js';
import type { Pair } from './pair.js';
import type { Act, Program } from './program.js';

/** A program and its first difference. */
export interface Finding {
  program: Program;
  difference: Difference;
}

/** Variants in flight, where the machines do not ask for another number. */
const usualBatch = 8;

/** The first of `candidates` that still shows the same difference. */
async function first(
  pair: Pair,
  candidates: readonly Program[],
  wanted: string,
  batch: number,
): Promise<Finding | undefined> {
  for (let from = 0; from < candidates.length; from += batch) {
    const some = candidates.slice(from, from + batch);
    const outcomes = await Promise.all(some.map((program) => pair.run(program)));
    for (const [index, { difference }] of outcomes.entries()) {
      const program = some[index];
      if (program !== undefined && difference !== undefined && signature(difference) === wanted)
        return { program, difference };
    }
  }
  return undefined;
}

/**
 * Shrinks a program, with so many variants in flight. Resolves with the shortest program found, and its difference.
 */
export async function shrink(
  pair: Pair,
  program: Program,
  difference: Difference,
  batch = usualBatch,
): Promise<Finding> {
  const wanted = signature(difference);
  // Acts after the difference have no part in it.
  const acts: readonly Act[] = program.acts.slice(0, difference.place + 1);
  let best: Finding = { program: { ...program, acts }, difference };
  for (;;) {
    const found = await first(pair, [...smaller(best.program)], wanted, batch);
    if (found === undefined) return best;
    best = found;
  }
}

function* smaller(program: Program): Generator<Program> {
  const { slots, acts } = program;
  for (let size = acts.length >> 1; size >= 1; size >>= 1)
    for (let from = 0; from + size <= acts.length; from += size)
      yield { ...program, acts: [...acts.slice(0, from), ...acts.slice(from + size)] };
  for (let size = slots.length; size >= 1; size >>= 1)
    for (let from = 0; from < slots.length; from += size)
      yield { ...program, slots: [...slots.slice(0, from), ...slots.slice(from + size)] };
  for (const [index, act] of acts.entries())
    for (const simpler of simplerAct(act)) {
      const changed = [...acts];
      changed[index] = simpler;
      yield { ...program, acts: changed };
    }
  const { cpus = 0, cleaning = [] } = program;
  for (let cpu = 1; cpus >> cpu > 0; cpu += 1)
    if (((cpus >> cpu) & 1) === 1 && !acts.some((act) => act.cpu === cpu))
      yield { ...program, cpus: cpus & ~(1 << cpu), cleaning: cleaning.filter((act) => act.cpu !== cpu) };
  for (const [index, slot] of slots.entries())
    for (const bit of [2, 3, 4, 5, 6, 8, 9, 11, 12, 13]) {
      const flag = 1 << bit;
      // The default page has the access flag and is shareable; all other bits are zero.
      const usual = bit === 6 || bit === 8 || bit === 4 ? flag : 0;
      if ((slot.attributes & flag) === usual) continue;
      const changed = [...slots];
      changed[index] = { ...slot, attributes: slot.attributes ^ flag };
      yield { ...program, slots: changed };
    }
}

function* simplerAct(act: Act): Generator<Act> {
  if (act.cpu !== undefined && act.kind !== 'on' && act.kind !== 'off') yield { ...act, cpu: 0 };
  if (act.kind !== 'exec') return;
  if (act.pstate !== 0) {
    yield { ...act, pstate: 0 };
    for (let bit = 0; bit < 32; bit += 1)
      if ((act.pstate >>> bit) & 1) yield { ...act, pstate: (act.pstate & ~(1 << bit)) >>> 0 };
  }
  if (act.el === 0) yield { ...act, el: 1, spX: true };
  if (act.el === 1 && !act.spX) yield { ...act, spX: true };
  for (const [index, { value }] of act.registers.entries()) {
    const without = [...act.registers.slice(0, index), ...act.registers.slice(index + 1)];
    if (act.registers.length > 1) yield { ...act, registers: without };
    if (value.code === 'u64' && value.value > 0xffffn)
      yield {
        ...act,
        registers: act.registers.map((register, at) =>
          at === index ? { ...register, value: { code: 'u16', value: value.value & 0xffffn } } : register,
        ),
      };
  }
  for (let index = 0; index < act.words.length && act.words.length > 1; index += 1)
    yield {
      ...act,
      words: [...act.words.slice(0, index), ...act.words.slice(index + 1)],
      text: [...act.text.slice(0, index), ...act.text.slice(index + 1)],
    };
}
