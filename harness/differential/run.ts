// SPDX-License-Identifier: BSD-2-Clause
/** A differential run: runs programs on both machines, confirms and shrinks each new difference. */
import { HarnessError } from '../base/error.js';
import { noProgress, type Progress } from '../base/progress.js';
import { signature } from './compare.js';
import { asDeath, kills, shortestDeath } from './death.js';
import { makeProgram, type Vocabulary } from './generate.js';
import type { Known } from './known/context.js';
import { GuestRestarted } from './line.js';
import type { Machines } from './machines.js';
import { type Outcome, Pair, Side } from './pair.js';
import { type Numbered, type Part, preparePart } from './part.js';
import type { Program } from './program.js';
import { type DifferentialRun, type Found, newRun } from './result.js';
import { type Finding, shrink } from './shrink.js';

export interface DifferentialRequest {
  machines: Machines;
  table: readonly Known[];
  vocabulary: Vocabulary;
  seed: number;
  programs: number;
  /** A program to run instead of generated ones. */
  replay?: Program | undefined;
  progress: Progress;
  signal: AbortSignal;
}

/** Programs in one request. */
const group = 16;
/** Programs in one batch. For fewer, the console is faster than a build. */
const batchSize = { least: 200, most: 2_500 } as const;
/** Groups that a machine may have begun when it dies. */
const suspects = 3;
/** Distinct differences after which a run ends. */
const mostFound = 20;
/** Deaths after which a run ends, because each one costs a boot. */
const mostDeaths = 5;
export async function runDifferential(request: DifferentialRequest): Promise<DifferentialRun> {
  const { machines, replay } = request;
  const total = replay === undefined ? request.programs : 1;
  const inMemory = machines.takesBatches && total >= batchSize.least;
  const run = new Run(request, total);
  const begin = performance.now();
  try {
    await run.parts(inMemory);
  } catch (error) {
    if (!request.signal.aborted) throw error;
  }
  run.result.ms = performance.now() - begin;
  return run.result;
}

class Run {
  readonly result = newRun();
  readonly #bySignature = new Map<string, Found>();

  #pair: Pair | undefined;

  constructor(
    readonly request: DifferentialRequest,
    readonly total: number,
  ) {}

  get goesOn(): boolean {
    const deaths = this.#bySignature.get('dead')?.times ?? 0;
    return !this.request.signal.aborted && this.result.found.length < mostFound && deaths < mostDeaths;
  }

  get pair(): Pair {
    if (this.#pair === undefined) throw new HarnessError('harness', 'the machines are not there');
    return this.#pair;
  }

  /** Runs all programs. The next part is made while the machines run one. */
  async parts(inMemory: boolean): Promise<void> {
    const { total, request } = this;
    const size = inMemory ? batchSize.most : total;
    let next: Promise<Part> | undefined = this.#prepare(0, size, inMemory, request.progress);
    for (let from = 0; next !== undefined && this.goesOn; from += size) {
      const part: Part = await next;
      next = from + size < total ? this.#prepare(from + size, size, inMemory, noProgress) : undefined;
      // Its error is thrown where it is awaited.
      next?.catch(() => {});
      await this.#part(part, from);
    }
    await next?.catch(() => {});
  }

  /** The program with this number. Programs are made again when they are needed, because keeping them costs more. */
  #program(number: number): Program {
    const { vocabulary, seed, replay } = this.request;
    return replay ?? makeProgram(vocabulary, seed, number);
  }

  #prepare(from: number, size: number, inMemory: boolean, progress: Progress): Promise<Part> {
    const { machines, signal } = this.request;
    const numbers = { from, end: Math.min(from + size, this.total) };
    const program = (number: number) => this.#program(number);
    return preparePart({ numbers, program, inMemory, goesOn: () => this.goesOn, machines, progress, signal });
  }

  async #part({ programs, machines }: Part, from: number): Promise<void> {
    const { progress, table } = this.request;
    const step = 'programs';
    progress({ kind: 'start', step });
    this.#pair = new Pair(new Side(machines.bare), new Side(machines.vmm), table);
    const begin = performance.now();
    const report = (done: number) =>
      progress({ kind: 'part', step, done: from + done, total: this.total, unit: 'programs' });
    try {
      const up = await Promise.all([this.pair.bare.up(), this.pair.vmm.up()]);
      this.result.machines ??= { bare: up[0], vmm: up[1] };
      await this.#groups(programs, report);
    } finally {
      this.result.machineMs += performance.now() - begin;
      await this.pair.down();
    }
    progress({ kind: 'done', step, note: `${this.result.programs}` });
  }

  /** Runs the programs of a part in groups. Those in memory answer with digests, unless a machine dies. */
  async #groups(programs: readonly Numbered[], report: (done: number) => void): Promise<void> {
    let done = 0;
    const count = (some: readonly Numbered[]) => {
      done += some.length;
      report(done);
    };
    const { machines, vocabulary } = this.request;
    // CPUs that wait for each other are slow.
    const size = machines.group ?? group / (vocabulary.cpus ?? 1);
    let left: Numbered[][] = [];
    for (let at = 0; at < programs.length; at += size) left.push(programs.slice(at, at + size));
    while (left.length > 0 && this.goesOn) {
      const detailed = left[0]?.[0]?.place === undefined ? left : await this.#digests(left, count);
      left = detailed.splice(suspects);
      for (const some of detailed) {
        if (this.goesOn) await this.take(some);
        count(some);
      }
    }
  }

  /**
   * Runs groups of programs in memory. Only programs whose digests differ are compared in detail. Resolves with the
   * groups that a machine's death has left over; it had begun some of the first.
   */
  async #digests(
    groups: readonly Numbered[][],
    count: (some: readonly Numbered[]) => void,
  ): Promise<Numbered[][]> {
    const ask = async (some: Numbered[]) => {
      const digests = await this.pair.digests(some[0]?.place ?? 0, some.length).catch(asDeath);
      if (!(digests instanceof HarnessError)) count(some);
      return { some, digests };
    };
    const together = this.request.machines.group === undefined ? groups.length : 1;
    const outcomes: Awaited<ReturnType<typeof ask>>[] = [];
    for (let at = 0; at < groups.length; at += together)
      outcomes.push(...(await Promise.all(groups.slice(at, at + together).map(ask))));
    const left: Numbered[][] = [];
    const differing: Numbered[] = [];
    for (const { some, digests } of outcomes) {
      if (digests instanceof HarnessError) left.push(some);
      else
        for (const [index, numbered] of some.entries())
          if (digests.bare[index] === digests.vmm[index]) this.#count(numbered);
          else differing.push(numbered);
    }
    if (left.length > 0) await this.pair.down();
    const size = this.request.machines.group ?? group;
    for (let at = 0; at < differing.length && this.goesOn; at += size)
      await this.take(differing.slice(at, at + size));
    return left;
  }

  #count({ number }: Numbered): void {
    this.result.programs += 1;
    this.result.acts += this.#program(number).acts.length;
  }

  /** Runs some programs together, with their logs over the console; if a machine falls silent, one by one. */
  async take(some: readonly Numbered[]): Promise<void> {
    const outcomes = await Promise.all(
      some.map(({ number, place }) => this.pair.run(this.#program(number), place)),
    ).catch(asDeath);
    if (outcomes instanceof HarnessError) {
      await this.pair.down();
      if (!this.goesOn) return;
      if (some.length > 1) for (const single of some) await this.take([single]);
      else for (const single of some) await this.#died(single, outcomes);
      return;
    }
    for (const [index, outcome] of outcomes.entries()) {
      const numbered = some[index];
      if (numbered !== undefined) await this.#judge(numbered, outcome);
    }
  }

  async #judge(numbered: Numbered, outcome: Outcome): Promise<void> {
    const { number } = numbered;
    const program = this.#program(number);
    this.#count(numbered);
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
    const { difference } = confirmed;
    const { group: inFlight } = this.request.machines;
    const shortest = await shrink(this.pair, program, difference, inFlight).catch((error): Finding => {
      if (asDeath(error)) return { program, difference };
      throw error;
    });
    const found: Found = { number, ...shortest, times: 1, shrunkIn: performance.now() - begin };
    this.#bySignature.set(signature(confirmed.difference), found);
    this.result.found.push(found);
  }

  /** Handles a program that kills a machine. If the bare machine survives it, the death of the VMM is a finding. */
  async #died(numbered: Numbered, error: HarnessError): Promise<void> {
    const { number } = numbered;
    const program = this.#program(number);
    this.#count(numbered);
    if (await kills(this.pair.bare, program)) {
      this.result.setAside += 1;
      return;
    }
    const again = this.#bySignature.get('dead');
    if (again !== undefined) {
      again.times += 1;
      return;
    }
    const begin = performance.now();
    const repeats = await kills(this.pair.vmm, program);
    // A guest that starts again has been seen to; one that is only silent may lack processor time.
    if (!repeats && !(error instanceof GuestRestarted)) {
      this.result.notRepeated += 1;
      return;
    }
    const shorter = repeats ? await shortestDeath(this.pair.vmm, program) : program;
    const output = [error.message, error.detail.got].filter(Boolean).join('\n');
    const shrunkIn = performance.now() - begin;
    const found: Found = { number, program: shorter, difference: undefined, output, times: 1, shrunkIn };
    this.#bySignature.set('dead', found);
    this.result.found.push(found);
  }
}
