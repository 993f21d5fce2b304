// SPDX-License-Identifier: BSD-2-Clause
/**
 * An axis that shows addresses to scale. The used addresses are clustered in a few places of a space of 2^40 bytes.
 * Each cluster becomes a stretch of the axis with its own scale; the space between is left out.
 */
import { type AddressRange, merged } from '../../base/ranges.js';

interface Stretch extends AddressRange {
  /** Pixels from the left end of the axis. */
  x: number;
  width: number;
}

export interface Axis {
  stretches: Stretch[];
  width: number;
}

/** Pixels between stretches, and the least width of a stretch. */
const stretchGap = 26;
const leastWidth = 96;
const mostStretches = 8;

/** Whether the gap between two neighbours is no longer than the longer of them, so that both stay legible. */
const near = (a: AddressRange, b: AddressRange) =>
  b.base - a.end <= Math.max(a.end - a.base, b.end - b.base) / 2;

/** Stretches that cover all of these ranges. Neighbours share one, and the nearest join until there are few enough. */
function cluster(ranges: readonly AddressRange[]): AddressRange[] {
  const found: AddressRange[] = [];
  for (const range of merged(ranges)) {
    const last = found.at(-1);
    if (last !== undefined && near(last, range)) last.end = range.end;
    else found.push({ ...range });
  }
  while (found.length > mostStretches) {
    const gaps = found.slice(1).map((range, index) => range.base - (found[index]?.end ?? 0));
    const smallest = gaps.indexOf(Math.min(...gaps));
    const [first, second] = found.splice(smallest, 2);
    if (first !== undefined && second !== undefined)
      found.splice(smallest, 0, { base: first.base, end: second.end });
  }
  return found;
}

/** An axis `width` pixels long that can show all of these ranges. */
export function makeAxis(ranges: readonly AddressRange[], width: number): Axis {
  const clusters = cluster(ranges);
  const free = Math.max(
    0,
    width - clusters.length * leastWidth - Math.max(0, clusters.length - 1) * stretchGap,
  );
  // Width goes to stretches with many distinct ranges, and a little of it to stretches with much memory.
  const starts = [...new Set(ranges.map(({ base }) => base))];
  const weights = clusters.map(({ base, end }) => {
    const places = starts.filter((start) => start >= base && start < end).length;
    return places + Math.log2((end - base) / 0x1000) / 4;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let x = 0;
  const stretches = clusters.map(({ base, end }, index) => {
    const own = leastWidth + (free * (weights[index] ?? 0)) / total;
    const stretch = { base, end, x, width: own };
    x += own + stretchGap;
    return stretch;
  });
  return { stretches, width: Math.max(0, x - stretchGap) };
}

/** The position of a range on the axis, at least `least` pixels wide; undefined when it is not on the axis. */
export function place(
  axis: Axis,
  range: AddressRange,
  least: number,
): { x: number; width: number } | undefined {
  const stretch = axis.stretches.find(({ base, end }) => range.base >= base && range.end <= end);
  if (stretch === undefined) return undefined;
  const scale = stretch.width / (stretch.end - stretch.base);
  const width = Math.max(least, (range.end - range.base) * scale);
  const x = stretch.x + (range.base - stretch.base) * scale;
  return { x: Math.max(stretch.x, Math.min(x, stretch.x + stretch.width - width)), width };
}
