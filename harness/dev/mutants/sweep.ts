// SPDX-License-Identifier: BSD-2-Clause
/** Builds generated mutants in a copy of the library, one after the other, and has them judged. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { buildRoot } from '../../base/paths.js';
import { buildHostTier, ownLibrary } from '../../conform/host-tier.js';
import { whyEquivalent } from './equivalent.js';
import { type GeneratedMutant, mutated } from './generate.js';
import { type JudgeOptions, MutantJudge } from './judge.js';
import { hashOf, objectHash } from './objects.js';
import { mirror } from './run.js';

/**
 * `refused`: it does not compile; `same`: it compiles to the same code as the library or an earlier mutant; `lives`:
 * neither a case nor a test has found it; `equivalent`: the same, and there is a reason why none can (equivalent.ts).
 */
export type Outcome = 'killed' | 'lives' | 'same' | 'refused' | 'equivalent';

export interface GeneratedResult {
  mutant: GeneratedMutant;
  outcome: Outcome;
  /** Id of the rule, or name of the test, that found it. */
  by?: string;
  /** Milliseconds. */
  ms: number;
}

/** The code of a file and of its mutants so far, as hashes. */
interface Known {
  /** With the sanitizer. */
  checked: Set<string>;
  /** Optimised: of the library, and of the mutants that live. */
  optimised: Set<string | undefined>;
}

export class Sweep {
  readonly #known = new Map<string, Known>();
  readonly #objects: string;
  readonly #library: string;

  private constructor(
    readonly folder: string,
    readonly judge: MutantJudge,
  ) {
    this.#objects = objectsIn(folder);
    this.#library = libraryIn(folder);
  }

  /** @param name of its copy of the library, and of everything else that it builds */
  static async start(name: string, options: JudgeOptions): Promise<Sweep> {
    const folder = join(buildRoot, 'conform', 'mutants', name);
    mkdirSync(folder, { recursive: true });
    mirror(ownLibrary, libraryIn(folder));
    const program = await build(folder);
    return new Sweep(
      folder,
      await MutantJudge.start(join(folder, 'judge'), program, objectsIn(folder), options),
    );
  }

  async run(mutant: GeneratedMutant): Promise<GeneratedResult> {
    const begin = performance.now();
    const path = join(this.#library, 'src', mutant.file);
    const source = readFileSync(path, 'utf8');
    const known = this.#known.get(mutant.file) ?? (await this.#unmutated(mutant.file));
    this.#known.set(mutant.file, known);
    writeFileSync(path, mutated(source, mutant));
    try {
      const [outcome, by] = await this.#outcome(mutant, known);
      return { mutant, outcome, ms: performance.now() - begin, ...(by === undefined ? {} : { by }) };
    } finally {
      writeFileSync(path, source);
    }
  }

  #object(file: string): string {
    return join(this.#objects, file.replace(/\.c$/, '.o'));
  }

  async #unmutated(file: string): Promise<Known> {
    await build(this.folder);
    const optimised = new Set([await objectHash(this.#library, file)]);
    return { checked: new Set([hashOf(this.#object(file))]), optimised };
  }

  async #outcome(mutant: GeneratedMutant, known: Known): Promise<[outcome: Outcome, by?: string]> {
    const { file } = mutant;
    const program = await build(this.folder).catch(unlessProduct);
    if (program === undefined) return ['refused'];
    const checked = hashOf(this.#object(file));
    if (known.checked.has(checked)) return ['same'];
    known.checked.add(checked);
    const by = await this.judge.killerOf(file, program, this.#objects);
    if (by !== undefined) return ['killed', by];
    const optimised = await objectHash(this.#library, file);
    if (known.optimised.has(optimised)) return ['same'];
    known.optimised.add(optimised);
    return [whyEquivalent(mutant) === undefined ? 'lives' : 'equivalent'];
  }

  stop(): void {
    this.judge.stop();
  }
}

const libraryIn = (folder: string): string => join(folder, 'libvmm');
const builtIn = (folder: string): string => join(folder, 'built');
const objectsIn = (folder: string): string => join(builtIn(folder), 'subject');

const build = (folder: string): Promise<string> =>
  buildHostTier({ flavour: 'mutant', library: libraryIn(folder), directory: builtIn(folder) });

/** Warnings are errors in the real build. */
function unlessProduct(error: unknown): undefined {
  if (error instanceof HarnessError && error.fault === 'product') return undefined;
  throw error;
}
