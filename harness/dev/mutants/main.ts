// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run mutants`: shows for each mutant the rule that kills it and after how many steps. Arguments select mutants by
 * name. With `--all` the mutants are generated, and arguments select files; `--sample N` takes a random sample.
 */
import { parseArgs } from 'node:util';
import { onInterrupt } from '../../base/interrupt.js';
import { runAll } from './all.js';
import { mutantsVerdict, mutantText } from './report-text.js';
import { allMutants, runMutants } from './run.js';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '3000' },
  },
});
const signal = onInterrupt();

async function runTable(): Promise<number> {
  const chosen = allMutants.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  if (chosen.length === 0) {
    process.stderr.write(`no mutant has a name with ${words.join(' or ')} in it\n`);
    return 2;
  }
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const results = await runMutants(chosen, {
    seed: 1,
    cases: 20_000,
    signal,
    each: (result) => console.log(mutantText(result, width)),
  });
  const { text, exitCode } = mutantsVerdict(results, chosen.length, signal.aborted);
  console.log(text);
  return exitCode;
}

process.exitCode =
  values.all || values.sample !== undefined
    ? await runAll({
        words,
        sample: values.sample === undefined ? undefined : Number(values.sample),
        seed: Number(values.seed),
        cases: Number(values.cases),
        signal,
      })
    : await runTable();
