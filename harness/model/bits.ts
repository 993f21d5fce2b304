// SPDX-License-Identifier: BSD-2-Clause
/** Arrays of bits and of bytes for the state of interrupts. Reads outside their bounds give zero. */

export class Bits {
  readonly #words: Int32Array;

  /** @param words length in 32-bit words */
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

  /** The four bytes from `index` on as a little-endian word. */
  word(index: number): number {
    return (
      this.get(index) | (this.get(index + 1) << 8) | (this.get(index + 2) << 16) | (this.get(index + 3) << 24)
    );
  }

  fill(value: number): void {
    this.#bytes.fill(value);
  }
}

/** Number of the lowest bit that is set. `bits` is not zero. */
const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);

/** Calls `act` with the number of each bit that is set, lowest first. */
export function eachBit(bits: number, act: (bit: number) => void): void {
  for (let left = bits; left !== 0; left &= left - 1) act(lowest(left));
}
