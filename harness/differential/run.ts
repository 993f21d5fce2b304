// SPDX-License-Identifier: BSD-2-Clause
/** A differential run: programs on both machines, each new difference confirmed and shrunk. */
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { signature } from './compare.js';
import type { Difference } from './difference.js';
import { makeProgram, type Vocabulary } from './generate.js';
import type { Known } from './known.js';
import { GuestRestarted, GuestSilent } from './line.js';
import type { Machine } from './machine.js';
import type { Outcome, Pair } from './pair.js';
import type { Program } from './program.js';
import { type Finding, shrink } from './shrink.js';

export interface DifferentialRequest {
  pair: Pair;
  vocabulary: Vocabulary;
  seed: number;
  programs: number;
  /** One program instead of those of the seed. */
  replay?: Program | undefined;
  progress: Progress;
  signal: AbortSignal;
}

/** A difference, as short as it gets. */
export interface Found {
  /** Number of the program that showed it first. */
  number: number;
  program: Program;
  /** Nothing: the VMM or its guest has died. */
  difference: Difference | undefined;
  /** What the VMM's console said last, where it died. */
  words?: string;
  /** Programs that showed the same. */
  times: number;
  /** Milliseconds that it took to shrink. */
  shrunkIn: number;
}

export interface DifferentialRun {
  programs: number;
  acts: number;
  found: Found[];
  known: Map<Known, number>;
  /** Programs that the bare machine does not always answer alike. */
  setAside: number;
  machines: { bare: Machine; vmm: Machine } | undefined;
  ms: number;
}

/** Programs that are on their way at a time. */
const batch = 16;
/** Different differences after which a run ends: there is enough to mend. */
const mostFound = 20;

export async function runDifferential(request: DifferentialRequest): Promise<DifferentialRun> {
  const { pair, seed, vocabulary, programs, replay, progress, signal } = request;
  const run = new Run(pair);
  const total = replay === undefined ? programs : 1;
  const step = 'programs';
  progress({ kind: 'start', step });
  try {
    const [bare, vmm] = await Promise.all([pair.bare.up(), pair.vmm.up()]);
    run.result.machines = { bare, vmm };
    const begin = performance.now();
    for (
      let from = 0;
      from < total && !signal.aborted && run.result.found.length < mostFound;
      from += batch
    ) {
      const some = Array.from({ length: Math.min(batch, total - from) }, (_, index) => ({
        number: from + index,
        program: replay ?? makeProgram(vocabulary, seed, from + index),
      }));
      await run.take(some);
      progress({ kind: 'part', step, done: Math.min(total, from + batch), total, unit: 'programs' });
    }
    run.result.ms = performance.now() - begin;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await pair.down();
  }
  progress({ kind: 'done', step, note: `${run.result.programs}` });
  return run.result;
}

interface Numbered {
  number: number;
  program: Program;
}

class Run {
  readonly result: DifferentialRun = {
    ...{ programs: 0, acts: 0, found: [], known: new Map(), setAside: 0, machines: undefined, ms: 0 },
  };
  readonly #bySignature = new Map<string, Found>();

  constructor(readonly pair: Pair) {}

  /** Runs some programs at once; where a machine falls silent, one by one. */
  async take(some: readonly Numbered[]): Promise<void> {
    const outcomes = await Promise.all(some.map(({ program }) => this.pair.run(program))).catch(asDeath);
    if (outcomes instanceof HarnessError) {
      await this.pair.down();
      if (some.length > 1) for (const one of some) await this.take([one]);
      else for (const one of some) await this.#died(one, outcomes);
      return;
    }
    for (const [index, outcome] of outcomes.entries()) {
      const one = some[index];
      if (one !== undefined) await this.#judge(one, outcome);
    }
  }

  async #judge({ number, program }: Numbered, outcome: Outcome): Promise<void> {
    this.result.programs += 1;
    this.result.acts += program.acts.length;
    for (const entry of outcome.known) this.result.known.set(entry, (this.result.known.get(entry) ?? 0) + 1);
    if (outcome.difference === undefined) return;
    const again = this.#bySignature.get(signature(outcome.difference));
    if (again !== undefined) {
      again.times += 1;
      return;
    }
    const confirmed = await this.pair.confirm(program, outcome);
    if (confirmed?.difference === undefined) {
      this.result.setAside += 1;
      return;
    }
    const begin = performance.now();
    const shortest = await shrink(this.pair, program, confirmed.difference).catch((error): Finding => {
      if (asDeath(error)) return { program, difference: confirmed.difference as Difference };
      throw error;
    });
    const found: Found = { number, ...shortest, times: 1, shrunkIn: performance.now() - begin };
    this.#bySignature.set(signature(confirmed.difference), found);
    this.result.found.push(found);
  }

  /** A machine that does not survive a program: the bare one says nothing of the VMM, the VMM's is a finding. */
  async #died({ number, program }: Numbered, error: HarnessError): Promise<void> {
    this.result.programs += 1;
    const bareLives = await this.pair.bareRun(program).then(
      () => true,
      (cause) => !asDeath(cause),
    );
    if (!bareLives) {
      this.result.setAside += 1;
      await this.pair.down();
      return;
    }
    const again = this.#bySignature.get('dead');
    if (again !== undefined) {
      again.times += 1;
      return;
    }
    const words = [error.message, error.detail.got].filter(Boolean).join('\n');
    const found: Found = { number, program, difference: undefined, words, times: 1, shrunkIn: 0 };
    this.#bySignature.set('dead', found);
    this.result.found.push(found);
  }
}

/** The error, when it is the guest's death or silence; throws any other. */
function asDeath(error: unknown): HarnessError {
  if (error instanceof GuestSilent || error instanceof GuestRestarted) return error;
  throw error;
}
