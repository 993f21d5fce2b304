// SPDX-License-Identifier: BSD-2-Clause
/** The number of letters to add, drop, change or swap with the next to turn `a` into `b` (optimal string alignment). */
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

/** Letter comparisons that one question may cost. With very many names the search ends before the last. */
const budget = 100_000;

/** The name that was probably meant: at most a third of its letters differ. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > 100) return undefined;
  let best: { candidate: string; steps: number } | undefined;
  let cost = 0;
  for (const candidate of names) {
    const most = Math.min(candidate.length / 3, (best?.steps ?? Number.POSITIVE_INFINITY) - 1);
    cost++;
    if (Math.abs(candidate.length - name.length) > most) continue;
    cost += name.length * candidate.length;
    if (cost > budget) break;
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps <= most) best = { candidate, steps };
  }
  return best?.candidate;
}
