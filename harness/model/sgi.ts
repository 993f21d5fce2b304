// SPDX-License-Identifier: BSD-2-Clause
/**
 * SGIs of a GICv2: pending once for each vCPU that sent them (IHI 0048B, 4.3.15 to 4.3.17).
 *
 * On seL4 a list register has no field for the sender, and a VMM cannot read it back. The VMM therefore chooses which
 * sender it loads first. It also chooses whether an SGI that is pended again merges with the one in the list register
 * (as if that were not yet taken) or follows it (as if it were taken).
 *
 * The model keeps every state that a VMM may be in: for each sender that the list register may stand for, the sets of
 * senders that may be pending behind it. Observations rule out states. A VMM is wrong when no state is left.
 */
import { eachBit } from './bits.js';
import { maxVcpus } from './slots.js';

/** Stands for the sender when no SGI is in the list register, or the guest has taken it. */
const nobody = maxVcpus;
const holders = maxVcpus + 1;
/** A set of sets: bit n stands for the set of senders whose bits are set in n. */
const onlyEmptySet = 1;
const allSets = 0xffff;

/** For each sender, the sets that contain it. */
const setsWith: readonly number[] = [0xaaaa, 0xcccc, 0xf0f0, 0xff00];

const withSender = (sets: number, sender: number): number => {
  const having = sets & (setsWith[sender] ?? 0);
  return having | ((sets & ~having) << (1 << sender));
};

const withoutSender = (sets: number, sender: number): number => {
  const having = sets & (setsWith[sender] ?? 0);
  return (sets & ~having) | (having >>> (1 << sender));
};

/** The possible states of every SGI, by slot. */
export class SgiStates {
  readonly #sets = new Uint16Array(maxVcpus * 32 * holders);

  constructor() {
    this.reset();
  }

  /** Resets every SGI: not pending, not in a list register. */
  reset(): void {
    this.#sets.fill(0);
    for (let at = nobody; at < this.#sets.length; at += holders) this.#sets[at] = onlyEmptySet;
  }

  #get(slot: number, holder: number): number {
    return this.#sets[slot * holders + holder] ?? 0;
  }

  #put(slot: number, holder: number, sets: number): void {
    this.#sets[slot * holders + holder] = sets;
  }

  /** The sets that may be pending, for any sender in the list register. */
  #all(slot: number): number {
    let all = 0;
    for (let holder = 0; holder < holders; holder += 1) all |= this.#get(slot, holder);
    return all;
  }

  /** Whether the SGI may be pending behind the one in the list register. */
  mayBePending(slot: number): boolean {
    return (this.#all(slot) & ~onlyEmptySet) !== 0;
  }

  mayBeIdle(slot: number): boolean {
    return (this.#all(slot) & onlyEmptySet) !== 0;
  }

  /** Senders that are pending in some possible state, and in every possible state. */
  senders(slot: number): { some: number; every: number } {
    const all = this.#all(slot);
    let some = 0;
    let every = 0;
    for (const [sender, having] of setsWith.entries()) {
      if (all & having) some |= 1 << sender;
      if ((all & ~having) === 0) every |= 1 << sender;
    }
    return { some, every };
  }

  /**
   * Adds an SGI from `sender`. It may merge with the list register if that stands for the same sender.
   *
   * @param loads if the VMM had none in a list register, it has loaded this one
   */
  add(slot: number, sender: number, loads: boolean): void {
    const merged = this.#get(slot, sender);
    for (let holder = 0; holder < maxVcpus; holder += 1)
      this.#put(slot, holder, withSender(this.#get(slot, holder), sender));
    this.#put(slot, sender, this.#get(slot, sender) | merged);
    if (loads) {
      this.#put(slot, sender, this.#get(slot, sender) | (this.#get(slot, nobody) & onlyEmptySet));
      this.#put(slot, nobody, withSender(this.#get(slot, nobody) & ~onlyEmptySet, sender));
    } else this.#put(slot, nobody, withSender(this.#get(slot, nobody), sender));
  }

  /** Clears those from `senders`. A list register keeps its SGI. */
  remove(slot: number, senders: number): void {
    for (let holder = 0; holder < holders; holder += 1)
      eachBit(senders, (sender) => this.#put(slot, holder, withoutSender(this.#get(slot, holder), sender)));
  }

  /**
   * Moves one sender's SGI into a list register. `surely`: the VMM has loaded one. `if any`: it has loaded one if any
   * was pending. `perhaps`: it may have loaded none.
   */
  load(slot: number, how: 'surely' | 'if any' | 'perhaps'): void {
    const sets = this.#get(slot, nobody);
    for (const [sender, having] of setsWith.entries())
      this.#put(slot, sender, withoutSender(sets & having, sender));
    this.#put(slot, nobody, sets & { surely: 0, 'if any': onlyEmptySet, perhaps: allSets }[how]);
  }

  /** Undoes {@link load}: no SGI was in the list register. */
  unload(slot: number): void {
    for (let holder = 0; holder < maxVcpus; holder += 1) {
      this.#put(slot, nobody, this.#get(slot, nobody) | withSender(this.#get(slot, holder), holder));
      this.#put(slot, holder, 0);
    }
  }

  /** The guest has taken the SGI in the list register. */
  taken(slot: number): void {
    let behind = 0;
    for (let holder = 0; holder < maxVcpus; holder += 1) {
      behind |= this.#get(slot, holder);
      this.#put(slot, holder, 0);
    }
    this.#put(slot, nobody, behind === 0 ? this.#get(slot, nobody) : behind);
  }

  /** An observation has shown that the SGI is not pending. */
  idle(slot: number): void {
    for (let holder = 0; holder < holders; holder += 1)
      this.#put(slot, holder, this.#get(slot, holder) & onlyEmptySet);
  }

  /** The guest has taken the SGI of `sender`. Only a bare machine shows the sender. */
  takenFrom(slot: number, sender: number): void {
    const sets = this.#get(slot, nobody) & (setsWith[sender] ?? allSets);
    if (sets !== 0) this.#put(slot, nobody, withoutSender(sets, sender));
  }
}
