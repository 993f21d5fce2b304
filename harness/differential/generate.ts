// SPDX-License-Identifier: BSD-2-Clause
/** Programs as a fast-check arbitrary. A seed reproduces them. */
import { Arbitrary, type Random, type Stream, sample, stream, Value } from 'fast-check';
import type { Act, Program } from './program.js';
import { interruptsCleaning } from './vocabulary/interrupts.js';
import { type Kind, kinds } from './vocabulary/kinds.js';
import { Scene } from './vocabulary/scene.js';

export interface Vocabulary {
  /** Names of kinds of acts (vocabulary/kinds.ts). */
  kinds: readonly string[];
  acts: number;
  /** Version of the interrupt controller. */
  gic: 2 | 3;
  /** CPUs of the machine, 1 to 4; 1 if none are given. */
  cpus?: number;
  /** The kernel below the VMM does not preserve PAR_EL1 over an exit. */
  losesPar?: boolean;
}

/** Percentage of programs with interrupts, when the vocabulary has interrupts and other kinds. */
const aboutInterrupts = 20;

export const defaultActs = 50;

class ProgramArbitrary extends Arbitrary<Program> {
  readonly #kinds: readonly Kind[];

  constructor(readonly vocabulary: Vocabulary) {
    super();
    this.#kinds = kinds.filter(({ name }) => vocabulary.kinds.includes(name));
  }

  override generate(random: Random): Value<Program> {
    const scene = new Scene(random, this.vocabulary);
    const others = this.#kinds.filter((kind) => !kind.interrupts);
    const withInterrupts = others.length === 0 || scene.chance(aboutInterrupts);
    const several = scene.cpus.length > 1;
    const drawn = (withInterrupts ? this.#kinds : others).filter((kind) => several || !kind.cpus);
    // The initial slots, because acts change them.
    const slots = scene.slots();
    const acts: Act[] = [];
    while (acts.length < this.vocabulary.acts) {
      scene.changeCpu();
      acts.push(...draw(drawn, random).make(scene).map(scene.onCpu));
    }
    const cleaning = [
      ...scene.allOn(),
      ...(scene.hasInterrupts ? interruptsCleaning(scene) : []),
      ...scene.cleaning(),
    ];
    const { losesPar = false } = this.vocabulary;
    return new Value({ ...(several && { cpus: scene.cpuMask }), losesPar, slots, acts, cleaning }, undefined);
  }

  override canShrinkWithoutContext(_value: unknown): _value is Program {
    return false;
  }

  /** fast-check does not shrink programs: shrink.ts does, on the machines. */
  override shrink(): Stream<Value<Program>> {
    return stream([][Symbol.iterator]());
  }
}

/** Draws a kind by weight. */
function draw(from: readonly Kind[], random: Random): Kind {
  let place = random.nextInt(0, from.reduce((sum, { weight }) => sum + weight, 0) - 1);
  for (const kind of from) {
    place -= kind.weight;
    if (place < 0) return kind;
  }
  throw new RangeError('no kind of act to draw from');
}

/** Generates program number `number` of a run. Its seed is the run's seed plus its number. */
export function makeProgram(vocabulary: Vocabulary, seed: number, number: number): Program {
  const [program] = sample(new ProgramArbitrary(vocabulary), { seed: (seed + number) | 0, numRuns: 1 });
  if (program === undefined) throw new RangeError('fast-check made no program');
  return program;
}
