// SPDX-License-Identifier: BSD-2-Clause
/** Letters to add, drop, change or swap with the next until `a` is `b` (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}

/** The name that was probably meant: at most a third of its letters differ. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > 100) return undefined;
  let best: { candidate: string; steps: number } | undefined;
  for (const candidate of names) {
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps <= candidate.length / 3 && steps < (best?.steps ?? Number.POSITIVE_INFINITY))
      best = { candidate, steps };
  }
  return best?.candidate;
}
