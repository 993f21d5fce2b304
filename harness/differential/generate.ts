// SPDX-License-Identifier: BSD-2-Clause
/** Programs as a fast-check arbitrary: a seed repeats them. */
import { Arbitrary, type Random, type Stream, sample, stream, Value } from 'fast-check';
import type { Act, Program } from './program.js';
import { type Kind, kinds } from './vocabulary/kinds.js';
import { Scene } from './vocabulary/scene.js';

export interface Vocabulary {
  /** Names of `kinds`. */
  kinds: readonly string[];
  acts: number;
}

export const defaultActs = 50;

class ProgramArbitrary extends Arbitrary<Program> {
  readonly #kinds: readonly Kind[];
  readonly #total: number;

  constructor(readonly vocabulary: Vocabulary) {
    super();
    this.#kinds = kinds.filter(({ name }) => vocabulary.kinds.includes(name));
    this.#total = this.#kinds.reduce((sum, { weight }) => sum + weight, 0);
  }

  override generate(random: Random): Value<Program> {
    const scene = new Scene(random);
    const acts: Act[] = [];
    while (acts.length < this.vocabulary.acts) acts.push(...this.#draw(random).make(scene));
    return new Value({ slots: scene.slots(), acts: [...acts, ...scene.cleaning()] }, undefined);
  }

  #draw(random: Random): Kind {
    let place = random.nextInt(0, this.#total - 1);
    for (const kind of this.#kinds) {
      place -= kind.weight;
      if (place < 0) return kind;
    }
    throw new RangeError('no kind of act to draw from');
  }

  override canShrinkWithoutContext(_value: unknown): _value is Program {
    return false;
  }

  /** A program is shrunk on the machines (shrink.ts): only they know whether it still differs. */
  override shrink(): Stream<Value<Program>> {
    return stream([][Symbol.iterator]());
  }
}

/** Program number `number` of a run: its seed is the run's and its number. */
export function makeProgram(vocabulary: Vocabulary, seed: number, number: number): Program {
  const [program] = sample(new ProgramArbitrary(vocabulary), { seed: (seed + number) | 0, numRuns: 1 });
  if (program === undefined) throw new RangeError('fast-check made no program');
  return program;
}
