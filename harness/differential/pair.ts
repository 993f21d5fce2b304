// SPDX-License-Identifier: BSD-2-Clause
/** Runs programs on the two machines of a run. */
import { HarnessError } from '../base/error.js';
import { batchRequest, readDigests } from './batch.js';
import { type Comparison, compare } from './compare.js';
import type { Known } from './known/context.js';
import { readLog } from './log.js';
import type { Machine, Start } from './machine.js';
import { encodeProgram, type Program } from './program.js';
import { frameKind } from './protocol.js';

/** A machine that is started on demand, and again after it has died. */
export class Side {
  /** The machine, or its boot, which concurrent callers share. */
  #machine: Promise<Machine> | undefined;
  boots = 0;

  constructor(readonly start: Start) {}

  up(): Promise<Machine> {
    if (this.#machine !== undefined) return this.#machine;
    const booting = this.#boot();
    this.#machine = booting;
    // The next caller tries again.
    booting.catch(() => {
      if (this.#machine === booting) this.#machine = undefined;
    });
    return booting;
  }

  async #boot(): Promise<Machine> {
    const machine = await this.start();
    this.boots += 1;
    return machine;
  }

  /** The log of a program, or of the program with this number in the guest's memory. */
  async run(program: Uint8Array | number): Promise<Uint8Array> {
    const { line, name } = await this.up();
    const answer = await (typeof program === 'number'
      ? line.member(batchRequest(program, 1))
      : line.run(program));
    if (answer.kind === frameKind.log) return answer.payload;
    throw new HarnessError('harness', `${name}: the guest refuses the program`, {
      got: `reason ${answer.payload[0]}`,
    });
  }

  /** Digests of programs of the batch in memory. */
  async digests(first: number, count: number): Promise<number[]> {
    const { line, name } = await this.up();
    const answer = await line.batch(batchRequest(first, count));
    if (answer.kind === frameKind.digests) return readDigests(answer.payload);
    throw new HarnessError('harness', `${name}: the guest has no such program in memory`, {
      got: `reason ${answer.payload[0]}`,
    });
  }

  async down(): Promise<void> {
    const machine = this.#machine;
    this.#machine = undefined;
    // A machine that is still booting is switched off after its boot. One that does not boot switches itself off.
    await machine?.then(
      (booted) => booted.powerOff(),
      () => {},
    );
  }
}

export interface Outcome extends Comparison {
  /** The encoded logs, to be compared with later ones of the same program. */
  bare: Uint8Array;
  vmm: Uint8Array;
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** How often the bare machine repeats a program when the two differ. */
const again = 3;

export class Pair {
  constructor(
    readonly bare: Side,
    readonly vmm: Side,
    readonly table: readonly Known[],
  ) {}

  /** Runs a program on both machines. `place` is its number in memory, if it is there. */
  async run(program: Program, place?: number): Promise<Outcome> {
    const payload = place ?? encodeProgram(program);
    const [bare, vmm] = await Promise.all([this.bare.run(payload), this.vmm.run(payload)]);
    return { ...this.judge(program, bare, vmm), bare, vmm };
  }

  async digests(first: number, count: number): Promise<{ bare: number[]; vmm: number[] }> {
    const [bare, vmm] = await Promise.all([this.bare.digests(first, count), this.vmm.digests(first, count)]);
    return { bare, vmm };
  }

  /** Runs a program on the bare machine alone. */
  bareRun(program: Program): Promise<Uint8Array> {
    return this.bare.run(encodeProgram(program));
  }

  judge(program: Program, bare: Uint8Array, vmm: Uint8Array): Comparison {
    if (same(bare, vmm)) return { difference: undefined, known: [] };
    return compare(program, readLog(program, bare), readLog(program, vmm), this.table);
  }

  /**
   * Confirms a difference: the bare machine repeats the program. Resolves with `undefined` when the bare machine itself
   * is not deterministic, so that the program shows nothing.
   */
  async confirm(program: Program, outcome: Outcome): Promise<Outcome | undefined> {
    const payload = encodeProgram(program);
    for (let index = 0; index < again; index += 1)
      if (!same(await this.bare.run(payload), outcome.bare)) return undefined;
    const vmm = await this.vmm.run(payload);
    return { ...this.judge(program, outcome.bare, vmm), bare: outcome.bare, vmm };
  }

  async down(): Promise<void> {
    await Promise.all([this.bare.down(), this.vmm.down()]);
  }
}
