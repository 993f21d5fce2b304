// SPDX-License-Identifier: BSD-2-Clause
/**
 * SGIs of a GICv2: pending once for each vCPU that sent them (IHI 0048B, 4.3.15 to 4.3.17).
 *
 * A list register on seL4 has no field for the sender, and a VMM cannot read it back. Which sender it has loaded first,
 * and whether one that is pended again was merged with the one in the list register (not taken yet) or follows it (taken
 * already), is the VMM's choice. So the model keeps every state that a VMM may be in: for each sender that the list register
 * may stand for, the sets of senders that may be pending behind it. What is seen rules out states; a VMM is wrong when
 * none is left.
 */
import { eachBit } from './bits.js';
import { maxVcpus } from './slots.js';

/** In place of the sender in the list register: there is none, or the guest has taken it. */
const nobody = maxVcpus;
const holders = maxVcpus + 1;
/** Bit n: the set of senders whose bits n has. */
const onlyEmptySet = 1;
const allSets = 0xffff;

/** Sets that have a sender. */
const setsWith: readonly number[] = [0xaaaa, 0xcccc, 0xf0f0, 0xff00];

const withSender = (sets: number, sender: number): number => {
  const having = sets & (setsWith[sender] ?? 0);
  return having | ((sets & ~having) << (1 << sender));
};

const withoutSender = (sets: number, sender: number): number => {
  const having = sets & (setsWith[sender] ?? 0);
  return (sets & ~having) | (having >>> (1 << sender));
};

/** The possible states of every SGI, by its slot. */
export class SgiStates {
  readonly #sets = new Uint16Array(maxVcpus * 32 * holders);

  constructor() {
    this.reset();
  }

  /** Nothing pending, nothing in a list register. */
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

  /** The sets that may be pending, whatever is in the list register. */
  #all(slot: number): number {
    let all = 0;
    for (let holder = 0; holder < holders; holder += 1) all |= this.#get(slot, holder);
    return all;
  }

  /** It may be pending behind what is in the list register. */
  mayBePending(slot: number): boolean {
    return (this.#all(slot) & ~onlyEmptySet) !== 0;
  }

  mayBeIdle(slot: number): boolean {
    return (this.#all(slot) & onlyEmptySet) !== 0;
  }

  /** Senders that are pending in some possible state, and in every. */
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
   * One more from `sender`. The list register that may stand for the same sender may be merged with it.
   *
   * @param loads the VMM, if it had nothing in a list register, has now
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

  /** Takes back those from `senders`; what is in a list register stays there. */
  remove(slot: number, senders: number): void {
    for (let holder = 0; holder < holders; holder += 1)
      eachBit(senders, (sender) => this.#put(slot, holder, withoutSender(this.#get(slot, holder), sender)));
  }

  /** One of them goes into a list register: surely, if there is one, or perhaps not even then. */
  load(slot: number, how: 'surely' | 'if any' | 'perhaps'): void {
    const sets = this.#get(slot, nobody);
    for (const [sender, having] of setsWith.entries())
      this.#put(slot, sender, withoutSender(sets & having, sender));
    this.#put(slot, nobody, sets & { surely: 0, 'if any': onlyEmptySet, perhaps: allSets }[how]);
  }

  /** It was not in a list register after all. */
  unload(slot: number): void {
    for (let holder = 0; holder < maxVcpus; holder += 1) {
      this.#put(slot, nobody, this.#get(slot, nobody) | withSender(this.#get(slot, holder), holder));
      this.#put(slot, holder, 0);
    }
  }

  /** The guest has taken the one in the list register. */
  taken(slot: number): void {
    let behind = 0;
    for (let holder = 0; holder < maxVcpus; holder += 1) {
      behind |= this.#get(slot, holder);
      this.#put(slot, holder, 0);
    }
    this.#put(slot, nobody, behind === 0 ? this.#get(slot, nobody) : behind);
  }

  /** It was seen not to be pending. */
  idle(slot: number): void {
    for (let holder = 0; holder < holders; holder += 1)
      this.#put(slot, holder, this.#get(slot, holder) & onlyEmptySet);
  }

  /** On a bare machine the guest sees whose it has taken. */
  takenFrom(slot: number, sender: number): void {
    const sets = this.#get(slot, nobody) & (setsWith[sender] ?? allSets);
    if (sets !== 0) this.#put(slot, nobody, withoutSender(sets, sender));
  }
}
