// SPDX-License-Identifier: BSD-2-Clause
/**
 * Cases as a fast-check arbitrary. Seed and path reproduce a case. A case that fails is shrunk to fewer and simpler
 * steps.
 */
import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check';
import { forms, type ModelConfig, plain, type Step } from '../../model/index.js';
import type { Case } from '../case.js';
import { CaseBuilder } from './case-builder.js';
import { sweep } from './registers.js';
import type { Theme } from './themes.js';

/** Generates a case of a theme. */
function makeCase(theme: Theme, config: ModelConfig, random: Random): Case {
  const several = config.vcpus > 1 && random.nextInt(0, 99) < theme.several;
  const vcpus = several ? random.nextInt(2, config.vcpus) : 1;
  const builder = new CaseBuilder(config, vcpus, random);
  theme.begin(builder);
  const total = theme.steps.reduce((sum, [weight]) => sum + weight, 0);
  for (let left = builder.int(...theme.length); left > 0; left -= 1) {
    let place = builder.int(0, total - 1);
    const drawn = theme.steps.find(([weight]) => {
      place -= weight;
      return place < 0;
    });
    drawn?.[1](builder);
  }
  if (builder.running.size > 0 && builder.chance(40)) sweep(builder);
  if (config.gic === 3) return { vcpus, page: false, gic: 3, steps: builder.steps };
  return { vcpus, page: vcpus === 1 && builder.chance(25), steps: builder.steps };
}

export class CaseArbitrary extends Arbitrary<Case> {
  constructor(
    readonly themes: readonly Theme[],
    readonly config: ModelConfig,
  ) {
    super();
  }

  override generate(random: Random): Value<Case> {
    const theme = this.themes[random.nextInt(0, this.themes.length - 1)];
    if (theme === undefined) throw new RangeError('no theme to make cases of');
    return new Value(makeCase(theme, this.config, random), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Case {
    return typeof value === 'object' && value !== null && 'steps' in value;
  }

  override shrink(value: Case): Stream<Value<Case>> {
    return stream(this.#smaller(value));
  }

  *#smaller(value: Case): IterableIterator<Value<Case>> {
    for (const smaller of fewerSteps(value)) yield new Value(smaller, undefined);
    if (value.page) yield new Value({ ...value, page: false }, undefined);
    for (let vcpus = 1; vcpus < value.vcpus; vcpus += 1)
      if (value.steps.every((step) => !isGuestStepBeyond(step, vcpus)))
        yield new Value({ ...value, vcpus }, undefined);
    for (const simpler of simplerSteps(value)) yield new Value(simpler, undefined);
  }
}

const guestOps = ['access', 'mapped', 'take', 'end', 'deactivate', 'smc', 'sysreg', 'wait', 'timer', 'line'];

/** Whether a step is an action of a vCPU that a machine with `vcpus` vCPUs does not have. */
const isGuestStepBeyond = (step: Step, vcpus: number): boolean =>
  guestOps.includes(step.op) && 'vcpu' in step && step.vcpu >= vcpus;

/** The case without a sequence of its steps: long sequences first, from the end of the case. */
function* fewerSteps(value: Case): Generator<Case> {
  const { steps } = value;
  for (let size = steps.length; size >= 1; size = size > 2 ? Math.ceil(size / 2) : size - 1) {
    for (let from = steps.length - size; from >= 0; from -= size)
      yield { ...value, steps: [...steps.slice(0, from), ...steps.slice(from + size)] };
    if (size === 1) return;
  }
}

/** The case with one step simplified. */
function* simplerSteps(value: Case): Generator<Case> {
  for (const [index, step] of value.steps.entries()) {
    for (const simpler of simplerStep(step)) {
      const steps = [...value.steps];
      steps[index] = simpler;
      yield { ...value, steps };
    }
  }
}

function* simplerStep(step: Step): Generator<Step> {
  if (isGuestStepBeyond(step, 1)) yield { ...step, vcpu: 0 } as Step;
  if (step.op === 'access') yield* simplerAccess(step);
  else if (step.op === 'sysreg' && step.state !== undefined) yield withoutState(step);
  else if (step.op === 'register') {
    if (!step.ack) yield { ...step, ack: true };
    if (step.cookie !== 0) yield { ...step, cookie: 0 };
  } else if (step.op === 'smc' && step.x3 !== 0n) yield { ...step, x3: 0n };
}

function withoutState(step: Extract<Step, { state?: number }>): Step {
  const { state, ...rest } = step;
  return rest as Step;
}

function* simplerAccess(step: Extract<Step, { op: 'access' }>): Generator<Step> {
  const form = forms[step.form];
  if (form === undefined) return;
  if (step.state !== undefined) yield withoutState(step);
  const simple = (form.load ? plain.load : plain.store)[form.bytes];
  if (step.form !== simple) yield { ...step, form: simple };
  if (step.rt !== 2 || step.rt2 !== 3 || step.rn !== 1) yield { ...step, rt: 2, rt2: 3, rn: 1 };
  if (form.load) return;
  if (step.value > 0xffff_ffffn) yield { ...step, value: step.value & 0xffff_ffffn };
  const bits = [...step.value.toString(2)].filter((bit) => bit === '1').length;
  if (bits < 2) return;
  for (let bit = 0n; step.value >> bit > 0n; bit += 1n)
    if ((step.value >> bit) & 1n) yield { ...step, value: step.value & ~(1n << bit) };
}
