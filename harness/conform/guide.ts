// SPDX-License-Identifier: BSD-2-Clause
/** Guides a search: derives new cases from those that reach new code in the library. */
import { sample } from 'fast-check';
import { Ledger } from '../model/index.js';
import type { Case } from './case.js';
import type { Engine } from './engine.js';
import { GrownArbitrary } from './generate/grown.js';
import type { Guidance } from './guidance.js';

/** One of this many cases of a batch is derived from another case. */
const grownShare = 3;

export class Guide {
  readonly #pool: Case[] = [];

  constructor(
    readonly engine: Engine,
    readonly guidance: Guidance,
  ) {}

  /** The cases of a batch, some of them replaced by derived ones. */
  mix(cases: readonly Case[], seed: number): Case[] {
    this.guidance.clear();
    if (this.#pool.length === 0) return [...cases];
    const from = new GrownArbitrary(this.#pool, this.guidance.constants(), this.engine.config);
    const grown = sample(from, { seed, numRuns: Math.ceil(cases.length / grownShare) });
    return cases.map((made, index) =>
      index % grownShare === 0 ? (grown[index / grownShare] ?? made) : made,
    );
  }

  /** Call it after a batch. Keeps the cases that reach a new edge, after running each again by itself. */
  async keep(cases: readonly Case[]): Promise<void> {
    if (this.guidance.fresh(false) === 0) return;
    for (const made of cases) {
      this.guidance.clear();
      await this.engine.run([made], new Ledger());
      if (this.guidance.fresh(true) > 0) this.#pool.push(made);
    }
  }
}
