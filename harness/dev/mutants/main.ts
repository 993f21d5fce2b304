// SPDX-License-Identifier: BSD-2-Clause
/** `npm run mutants`: shows each mutant killed, by which rule, after how many steps. Words pick mutants by name. */
import { allMutants, runMutants } from './run.js';

const words = process.argv.slice(2);
const chosen = allMutants.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const width = Math.max(...chosen.map(({ name }) => name.length));
const results = await runMutants(chosen, {
  seed: 1,
  cases: 20_000,
  each: ({ mutant, killedBy, steps, length, ms }) => {
    const how =
      killedBy === undefined
        ? `LIVES after ${steps} steps: ${mutant.about}`
        : `killed by ${killedBy.padEnd(24)} after ${String(steps).padStart(7)} steps, ${length} of them show it (${(ms / 1000).toFixed(1)} s)`;
    console.log(`  ${mutant.name.padEnd(width)}  ${how}`);
  },
});
const alive = results.filter(({ killedBy }) => killedBy === undefined).length;
const times = results.map(({ ms }) => ms).sort((a, b) => a - b);
const median = (times[Math.floor(times.length / 2)] ?? 0) / 1000;
console.log(
  `${results.length - alive} killed, ${alive} alive; median ${median.toFixed(1)} s to the shortest case`,
);
process.exitCode = alive > 0 ? 1 : 0;
