// SPDX-License-Identifier: BSD-2-Clause
/**
 * Derives cases from others: joins parts of two, drops or repeats steps, uses values that the library compares with.
 */
import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check';
import { canBeMade, type ModelConfig, type Step } from '../../model/index.js';
import { type Case, gicOf } from '../case.js';
import { gicd } from './case-builder.js';

/** For each step, the fields whose values the library may compare. */
const fields: Readonly<Partial<Record<Step['op'], readonly string[]>>> = {
  access: ['value'],
  sysreg: ['value'],
  smc: ['x0', 'x1', 'x2', 'x3'],
  start: ['pc', 'dtb', 'initrd'],
  images: [
    'kernelSize',
    'textOffset',
    'imageSize',
    'flags',
    'dtbOffset',
    'dtbSize',
    'initrdOffset',
    'initrdSize',
  ],
  handler: ['base', 'size'],
};
const largestEdits = 4;
/** The most steps of a derived case. */
const longest = 120;

export class GrownArbitrary extends Arbitrary<Case> {
  constructor(
    readonly pool: readonly Case[],
    readonly constants: readonly bigint[],
    readonly config: ModelConfig,
  ) {
    super();
  }

  override generate(random: Random): Value<Case> {
    const pick = <T>(from: readonly T[]): T => from[random.nextInt(0, from.length - 1)] as T;
    let grown = pick(this.pool);
    for (let edits = random.nextInt(1, largestEdits); edits > 0; edits -= 1)
      grown = { ...grown, steps: this.#edit(grown, random, pick) };
    return new Value(grown, undefined);
  }

  /** The case itself, for shrinking (`CaseArbitrary`). */
  override canShrinkWithoutContext(_value: unknown): _value is Case {
    return false;
  }

  override shrink(): Stream<Value<Case>> {
    return stream([][Symbol.iterator]());
  }

  #edit(grown: Case, random: Random, pick: <T>(from: readonly T[]) => T): Step[] {
    const { steps } = grown;
    const at = random.nextInt(0, Math.max(0, steps.length - 1));
    const drawn = random.nextInt(0, 99);
    if (drawn < 20) return [...steps.slice(0, at), ...steps.slice(at + 1)];
    if (drawn < 35) return [...steps.slice(0, at + 1), ...steps.slice(at)].slice(0, longest);
    if (drawn < 60) return this.#spliced(grown, pick(this.pool), at, random);
    return this.#withConstant(steps, random, pick);
  }

  /** The first steps of one case and the last of another for the same machine. */
  #spliced(first: Case, second: Case, at: number, random: Random): Step[] {
    if (second.vcpus !== first.vcpus || second.page !== first.page || gicOf(second) !== gicOf(first))
      return first.steps;
    const from = random.nextInt(0, Math.max(0, second.steps.length - 1));
    return [...first.steps.slice(0, at), ...second.steps.slice(from)].slice(0, longest);
  }

  /** Puts a constant of a comparison, or a neighbour of it, into a field of some step. */
  #withConstant(steps: readonly Step[], random: Random, pick: <T>(from: readonly T[]) => T): Step[] {
    const places = steps.flatMap((step, index) => (this.#isOpen(step) ? [index] : []));
    if (places.length === 0 || this.constants.length === 0) return [...steps];
    const at = pick(places);
    const step = steps[at] as Step;
    const field = pick(fields[step.op] ?? []);
    const value = BigInt.asUintN(64, pick(this.constants) + BigInt(random.nextInt(-1, 1)));
    const changed = { ...step, [field]: value } as Step;
    if (changed.op === 'images' && !canBeMade(this.config, changed)) return [...steps];
    return steps.map((other, index) => (index === at ? changed : other));
  }

  /** Whether a step accepts any value: the sources leave the effect of GICD_SGIR's reserved filter open. */
  #isOpen(step: Step): boolean {
    if (step.op !== 'access') return fields[step.op] !== undefined;
    const offset = Number(step.address) - this.config.distributor.base;
    return this.config.gic === 3 || offset + 8 <= gicd.sgir || offset >= gicd.sgir + 4;
  }
}
