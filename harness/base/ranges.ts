// SPDX-License-Identifier: BSD-2-Clause
/** Ranges of addresses. */

/** Addresses from `base` up to, but not including, `end`. */
export interface AddressRange {
  base: number;
  end: number;
}

/** The `size` bytes from `base`. */
export const rangeOf = (base: number, size: number): AddressRange => ({ base, end: base + size });

export const overlap = (a: AddressRange, b: AddressRange): boolean => a.base < b.end && b.base < a.end;

const byBase = (a: AddressRange, b: AddressRange) => a.base - b.base;

/** The same addresses in as few ranges as possible, in ascending order. */
export function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  for (const { base, end } of [...ranges].sort(byBase)) {
    const last = result.at(-1);
    if (last !== undefined && base <= last.end) last.end = Math.max(last.end, end);
    else result.push({ base, end });
  }
  return result;
}

/** The parts of a range that no other range covers, in ascending order. */
export function without({ base, end }: AddressRange, others: readonly AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  let at = base;
  for (const other of [...others].sort(byBase)) {
    if (other.end <= at || other.base >= end) continue;
    if (other.base > at) result.push({ base: at, end: other.base });
    at = other.end;
  }
  if (at < end) result.push({ base: at, end });
  return result;
}

/** The parts of a range that the other ranges cover, one for each of them. */
export function within(range: AddressRange, others: readonly AddressRange[]): AddressRange[] {
  return others
    .map(({ base, end }) => ({ base: Math.max(base, range.base), end: Math.min(end, range.end) }))
    .filter(({ base, end }) => base < end);
}

/**
 * Pairs of items whose ranges overlap: each item with the earlier one that reaches furthest, in the order of `items`.
 * Takes O(n log n) steps, and therefore does not find every pair.
 */
export function* overlaps<T extends { range: AddressRange }>(items: readonly T[]): Generator<[T, T]> {
  const sorted = items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => byBase(a.item.range, b.item.range));
  let widest: (typeof sorted)[number] | undefined;
  for (const next of sorted) {
    if (widest !== undefined && overlap(widest.item.range, next.item.range))
      yield widest.index < next.index ? [widest.item, next.item] : [next.item, widest.item];
    if (widest === undefined || next.item.range.end > widest.item.range.end) widest = next;
  }
}
