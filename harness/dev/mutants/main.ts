// SPDX-License-Identifier: BSD-2-Clause
/** `npm run mutants`: shows each mutant killed, by which rule, after how many steps. Words pick mutants by name. */
import { onInterrupt } from '../../base/interrupt.js';
import { mutantsVerdict, mutantText } from './report-text.js';
import { allMutants, runMutants } from './run.js';

const words = process.argv.slice(2);
const chosen = allMutants.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  process.stderr.write(`no mutant has a name with ${words.join(' or ')} in it\n`);
  process.exit(2);
}
const signal = onInterrupt();
const width = Math.max(...chosen.map(({ name }) => name.length));
const results = await runMutants(chosen, {
  seed: 1,
  cases: 20_000,
  signal,
  each: (result) => console.log(mutantText(result, width)),
});
const { text, exitCode } = mutantsVerdict(results, chosen.length, signal.aborted);
console.log(text);
process.exitCode = exitCode;
