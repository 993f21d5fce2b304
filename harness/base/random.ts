// SPDX-License-Identifier: BSD-2-Clause

/** A reproducible sequence of numbers from 0 to 1 for a seed (Marsaglia's xorshift). */
export function randomOf(seed: number): () => number {
  let state = (seed ^ 0x9e37_79b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
