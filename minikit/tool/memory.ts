// SPDX-License-Identifier: BSD-2-Clause
/** Allocates physical memory. */
import { HarnessError } from '../../harness/base/error.js';
import { type AddressRange, overlap, without } from '../../harness/base/ranges.js';
import { formatRange } from '../../harness/system/format.js';
import { formatHex } from '../../harness/system/values.js';

const alignUp = (value: number, alignment: number) => Math.ceil(value / alignment) * alignment;

export class PhysicalMemory {
  #free: AddressRange[];
  readonly #given: { range: AddressRange; label: string }[] = [];

  constructor(ram: readonly AddressRange[]) {
    this.#free = [...ram].sort((a, b) => a.base - b.base);
  }

  /** Allocates the parts of a fixed range that are RAM. Throws when a part of it is already allocated. */
  take(range: AddressRange, label: string): void {
    const other = this.#given.find((candidate) => overlap(candidate.range, range));
    if (other !== undefined) {
      throw new HarnessError('product', `${label} lies where ${other.label} must be`, {
        got: `${formatRange(range)} and ${formatRange(other.range)}`,
        wayOut: 'choose another physical address, or let the tool choose',
      });
    }
    this.#give(range, label);
  }

  /** Allocates the lowest free range of `size` bytes at a multiple of `alignment`. Throws when there is none. */
  allocate(size: number, alignment: number, label: string): number {
    for (const { base: from, end } of this.#free) {
      const base = alignUp(from, alignment);
      if (base + size > end) continue;
      this.#give({ base, end: base + size }, label);
      return base;
    }
    const largest = this.#free.reduce(
      (most, { base, end }) => Math.max(most, end - alignUp(base, alignment)),
      0,
    );
    throw new HarnessError('product', `there is no room in physical memory for ${label}`, {
      expected: `${formatHex(size)} bytes in one piece, at a multiple of ${formatHex(alignment)}`,
      got: `at most ${formatHex(largest)} bytes are free in one piece`,
      wayOut: 'make memory regions smaller',
    });
  }

  #give(range: AddressRange, label: string): void {
    this.#given.push({ range, label });
    this.#free = this.#free.flatMap((piece) => without(piece, [range]));
  }
}
