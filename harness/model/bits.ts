// SPDX-License-Identifier: BSD-2-Clause
/** Arrays of bits and of bytes for the state of interrupts. What lies outside of them reads as zero. */

export class Bits {
  readonly #words: Int32Array;

  /** @param words how many words of 32 bits */
  constructor(words: number) {
    this.#words = new Int32Array(words);
  }

  get length(): number {
    return this.#words.length;
  }

  has(bit: number): boolean {
    return (this.word(bit >>> 5) & (1 << (bit & 31))) !== 0;
  }

  set(bit: number): void {
    this.put(bit >>> 5, this.word(bit >>> 5) | (1 << (bit & 31)));
  }

  clear(bit: number): void {
    this.put(bit >>> 5, this.word(bit >>> 5) & ~(1 << (bit & 31)));
  }

  /** Sets or clears. */
  assign(bit: number, value: boolean): void {
    if (value) this.set(bit);
    else this.clear(bit);
  }

  word(index: number): number {
    return this.#words[index] ?? 0;
  }

  put(index: number, value: number): void {
    this.#words[index] = value;
  }

  fill(value: number): void {
    this.#words.fill(value);
  }
}

export class Bytes {
  readonly #bytes: Uint8Array;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
  }

  get length(): number {
    return this.#bytes.length;
  }

  get(index: number): number {
    return this.#bytes[index] ?? 0;
  }

  put(index: number, value: number): void {
    this.#bytes[index] = value;
  }

  /** Four bytes from `index` on as a word, the first one lowest. */
  word(index: number): number {
    return (
      this.get(index) | (this.get(index + 1) << 8) | (this.get(index + 2) << 16) | (this.get(index + 3) << 24)
    );
  }

  fill(value: number): void {
    this.#bytes.fill(value);
  }
}

/** The lowest bit that is set, as its number; `bits` is not zero. */
const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);

/** Calls `act` with the number of each bit that is set, from the lowest on. */
export function eachBit(bits: number, act: (bit: number) => void): void {
  for (let left = bits; left !== 0; left &= left - 1) act(lowest(left));
}
