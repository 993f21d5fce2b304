// SPDX-License-Identifier: BSD-2-Clause
/**
 * Judges generated mutants. The kept cases and generated ones run on the host tier with both interrupt controllers, and
 * the model judges them; then the unit tests of libvmm run.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sample } from 'fast-check';
import { type Case, gicOf } from '../../conform/case.js';
import { readCorpus } from '../../conform/corpus.js';
import { CaseArbitrary } from '../../conform/generate/arbitrary.js';
import { themes } from '../../conform/generate/themes.js';
import type { ModelConfig } from '../../model/index.js';
import { type Gic, killerOn, type Recording, record } from './recording.js';
import { UnitJudge } from './unit-judge.js';

export interface JudgeOptions {
  seed: number;
  /** Generated cases on each interrupt controller. */
  cases: number;
}

/** Folders and files whose mutants the unit tests find more often than cases do. */
const unitFirst = /^(images\/|fault\/(stage1|decode|emulate|perform|instruction))/;
/** Most mutants are found by these generated cases, besides the kept ones. The others run last. */
const firstCases = 150;

export class MutantJudge {
  private constructor(
    readonly first: readonly Recording[],
    readonly rest: readonly Recording[],
    readonly tests: UnitJudge,
  ) {}

  /**
   * @param folder for its files
   * @param program host tier with the library without mutants
   * @param objects folder with the library's objects
   */
  static async start(
    folder: string,
    program: string,
    objects: string,
    options: JudgeOptions,
  ): Promise<MutantJudge> {
    mkdirSync(folder, { recursive: true });
    const starting = UnitJudge.start(join(folder, 'tests'), objects);
    const corpus = readCorpus();
    const recordAll = async (name: string, make: CaseMaker): Promise<Recording[]> => [
      await record(program, 2, join(folder, `${name}-2`), (config) => make(2, config)),
      await record(program, 3, join(folder, `${name}-3`), (config) => make(3, config)),
    ];
    const first = await recordAll('first', (gic, config) => [
      ...corpus.map(({ kept }) => kept).filter((kept) => gicOf(kept) === gic),
      ...generated(config, options).slice(0, firstCases),
    ]);
    const rest = await recordAll('rest', (_, config) => generated(config, options).slice(firstCases));
    return new MutantJudge(first, rest, await starting);
  }

  /** The rule or test that finds the mutant in a file; `undefined` when it lives. */
  async killerOf(file: string, program: string, objects: string): Promise<string | undefined> {
    const byTests = () => this.tests.killerOf(objects);
    const byFirst = () => killerOnAny(program, this.first);
    const order = unitFirst.test(file) ? [byTests, byFirst] : [byFirst, byTests];
    for (const judge of [...order, () => killerOnAny(program, this.rest)]) {
      const by = await judge();
      if (by !== undefined) return by;
    }
    return undefined;
  }

  stop(): void {
    this.tests.stop();
  }
}

type CaseMaker = (gic: Gic, config: ModelConfig) => Case[];

const generated = (config: ModelConfig, { seed, cases }: JudgeOptions): Case[] =>
  sample(new CaseArbitrary([...themes], config), { seed, numRuns: cases });

async function killerOnAny(program: string, recordings: readonly Recording[]): Promise<string | undefined> {
  for (const recording of recordings) {
    const by = await killerOn(program, recording);
    if (by !== undefined) return by;
  }
  return undefined;
}
