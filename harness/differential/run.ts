// SPDX-License-Identifier: BSD-2-Clause
/** A differential run: runs programs on both machines, confirms and shrinks each new difference. */
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import { giveTurn } from '../base/turn.js';
import { encodeBatch } from './batch.js';
import { signature } from './compare.js';
import type { Difference } from './difference.js';
import { makeProgram, type Vocabulary } from './generate.js';
import type { Known } from './known.js';
import { GuestRestarted, GuestSilent } from './line.js';
import type { Machine } from './machine.js';
import type { Machines } from './machines.js';
import { type Outcome, Pair, Side } from './pair.js';
import { encodeProgram, type Program } from './program.js';
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

/** A difference with its shrunk program. */
export interface Found {
  /** Number of the program that showed it first. */
  number: number;
  program: Program;
  /** `undefined` when the VMM or its guest has died. */
  difference: Difference | undefined;
  /** The last output of a VMM that died. */
  output?: string;
  /** Number of programs that showed it. */
  times: number;
  /** Milliseconds spent on shrinking. */
  shrunkIn: number;
}

export interface DifferentialRun {
  programs: number;
  acts: number;
  found: Found[];
  known: Map<Known, number>;
  /** Programs on which the bare machine is not deterministic. */
  setAside: number;
  machines: { bare: Machine; vmm: Machine } | undefined;
  ms: number;
  /** The part of `ms` in which both machines ran, without builds. */
  machineMs: number;
}

/** Programs in flight. */
const group = 16;
/** Programs in one batch. For fewer, the console is faster than a build. */
const batchSize = { least: 200, most: 8_000 } as const;
/** Distinct differences after which a run ends. */
const mostFound = 20;
/** Deaths after which a run ends, because each one costs a boot. */
const mostDeaths = 5;
/** Programs between two reports of progress. */
const atOnce = 8 * group;

export async function runDifferential(request: DifferentialRequest): Promise<DifferentialRun> {
  const { machines, replay } = request;
  const total = replay === undefined ? request.programs : 1;
  const inMemory = machines.takesBatches && total >= batchSize.least;
  const run = new Run(request, total);
  const begin = performance.now();
  try {
    for (let from = 0; from < total && run.goesOn; from += batchSize.most)
      await run.part(from, Math.min(total, from + batchSize.most), inMemory);
  } catch (error) {
    if (!request.signal.aborted) throw error;
  }
  run.result.ms = performance.now() - begin;
  return run.result;
}

interface Numbered {
  number: number;
  program: Program;
  /** Its number in the batch, if it is in memory. */
  place?: number;
}

class Run {
  readonly result: DifferentialRun = {
    programs: 0,
    acts: 0,
    found: [],
    known: new Map(),
    setAside: 0,
    machines: undefined,
    ms: 0,
    machineMs: 0,
  };
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

  /** Runs programs `from` to `end` in one boot of both machines. */
  async part(from: number, end: number, inMemory: boolean): Promise<void> {
    const { machines, table, vocabulary, seed, replay, progress, signal } = this.request;
    const some: Numbered[] = [];
    for (let number = from; number < end; number += 1) {
      await giveTurn(signal);
      const program = replay ?? makeProgram(vocabulary, seed, number);
      some.push({ number, program, ...(inMemory && { place: number - from }) });
    }
    const { bare, vmm } = await machines.make(
      inMemory ? encodeBatch(some.map(({ program }) => program)) : undefined,
    );
    const step = 'programs';
    progress({ kind: 'start', step });
    this.#pair = new Pair(new Side(bare), new Side(vmm), table);
    const begin = performance.now();
    try {
      const up = await Promise.all([this.pair.bare.up(), this.pair.vmm.up()]);
      this.result.machines ??= { bare: up[0], vmm: up[1] };
      for (let at = 0; at < some.length && this.goesOn; at += atOnce) {
        const part = some.slice(at, at + atOnce);
        if (inMemory) await this.#digests(part, at);
        else
          for (let begin = 0; begin < part.length; begin += group)
            await this.take(part.slice(begin, begin + group));
        progress({ kind: 'part', step, done: from + at + part.length, total: this.total, unit: 'programs' });
      }
    } finally {
      this.result.machineMs += performance.now() - begin;
      await this.pair.down();
    }
    progress({ kind: 'done', step, note: `${this.result.programs}` });
  }

  /** Runs programs in memory from number `first` on. Only those whose digests differ are compared in detail. */
  async #digests(some: readonly Numbered[], first: number): Promise<void> {
    const groups = Array.from({ length: Math.ceil(some.length / group) }, (_, index) => index * group);
    const digests = await Promise.all(
      groups.map((at) => this.pair.digests(first + at, Math.min(group, some.length - at))),
    ).catch(asDeath);
    if (digests instanceof HarnessError) {
      await this.pair.down();
      for (let at = 0; at < some.length; at += group) await this.take(some.slice(at, at + group));
      return;
    }
    const differ = digests.flatMap(({ bare, vmm }) => bare.map((digest, index) => digest !== vmm[index]));
    const alike = some.filter((_, index) => !differ[index]);
    this.result.programs += alike.length;
    this.result.acts += alike.reduce((sum, { program }) => sum + program.acts.length, 0);
    const others = some.filter((_, index) => differ[index]);
    for (let at = 0; at < others.length; at += group) await this.take(others.slice(at, at + group));
  }

  /** Runs some programs together, with their logs over the console; if a machine falls silent, one by one. */
  async take(some: readonly Numbered[]): Promise<void> {
    const outcomes = await Promise.all(some.map(({ program, place }) => this.pair.run(program, place))).catch(
      asDeath,
    );
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

  /** Handles a program that kills a machine. If the bare machine survives it, the death of the VMM is a finding. */
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
    const begin = performance.now();
    const shorter = await this.#shortestDeath(program);
    const output = [error.message, error.detail.got].filter(Boolean).join('\n');
    const shrunkIn = performance.now() - begin;
    const found: Found = { number, program: shorter, difference: undefined, output, times: 1, shrunkIn };
    this.#bySignature.set('dead', found);
    this.result.found.push(found);
  }

  /** The shortest start of a program that kills the VMM; only its last act, if that is enough. */
  async #shortestDeath(program: Program): Promise<Program> {
    const kills = async (tried: Program): Promise<boolean> => {
      const dead = await this.pair.vmm.run(encodeProgram(tried)).then(
        () => false,
        (error) => asDeath(error) !== undefined,
      );
      if (dead) await this.pair.vmm.down();
      return dead;
    };
    let lives = 0;
    let dies = program.acts.length;
    while (dies - lives > 1) {
      const middle = (lives + dies) >> 1;
      if (await kills({ ...program, acts: program.acts.slice(0, middle) })) dies = middle;
      else lives = middle;
    }
    const last = { ...program, slots: [], acts: program.acts.slice(dies - 1, dies) };
    if (await kills(last)) return last;
    const alone = { ...program, acts: last.acts };
    return (await kills(alone)) ? alone : { ...program, acts: program.acts.slice(0, dies) };
  }
}

/** Returns an error that is the guest's death or silence. Throws any other. */
function asDeath(error: unknown): HarnessError {
  if (error instanceof GuestSilent || error instanceof GuestRestarted) return error;
  throw error;
}
