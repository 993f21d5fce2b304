// SPDX-License-Identifier: BSD-2-Clause
/** A search that grows from the cases that reach something new in the library. */
import { sample } from 'fast-check';
import { Ledger } from '../model/index.js';
import type { Case } from './case.js';
import type { Engine } from './engine.js';
import { GrownArbitrary } from './generate/grown.js';
import type { Guidance } from './guidance.js';

/** Of the cases of a batch, one in so many grows from another. */
const grownShare = 3;

export class Guide {
  readonly #pool: Case[] = [];

  constructor(
    readonly engine: Engine,
    readonly guidance: Guidance,
  ) {}

  /** The cases of a batch, a part of them replaced by grown ones. */
  mix(cases: readonly Case[], seed: number): Case[] {
    this.guidance.clear();
    if (this.#pool.length === 0) return [...cases];
    const from = new GrownArbitrary(this.#pool, this.guidance.constants(), this.engine.config);
    const grown = sample(from, { seed, numRuns: Math.ceil(cases.length / grownShare) });
    return cases.map((made, index) =>
      index % grownShare === 0 ? (grown[index / grownShare] ?? made) : made,
    );
  }

  /** After a batch: keeps the cases that reach an edge which none before has. Each is run again by itself. */
  async keep(cases: readonly Case[]): Promise<void> {
    if (this.guidance.fresh(false) === 0) return;
    for (const made of cases) {
      this.guidance.clear();
      await this.engine.run([made], new Ledger());
      if (this.guidance.fresh(true) > 0) this.#pool.push(made);
    }
  }
}
