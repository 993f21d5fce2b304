// SPDX-License-Identifier: BSD-2-Clause
/**
 * A worker of `npm run mutants -- --all`: reads lists of places of mutants on standard input, one per line, and writes a
 * line for each result, and an empty one behind each list.
 */
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { onInterrupt } from '../../base/interrupt.js';
import { ownLibrary } from '../../conform/host-tier.js';
import { generateMutants } from './generate.js';
import { Sweep } from './sweep.js';

/** What the parent writes: indices of mutants. */
const places = v.array(v.number());
const [name = '0', seed = '1', cases = '1000'] = process.argv.slice(2);
const signal = onInterrupt();
const mutants = await generateMutants(ownLibrary);
const sweep = await Sweep.start(`share-${name}`, { seed: Number(seed), cases: Number(cases) });
for await (const line of createInterface(process.stdin)) {
  for (const place of v.parse(places, JSON.parse(line))) {
    const mutant = mutants[place];
    if (mutant === undefined || signal.aborted) continue;
    console.log(JSON.stringify(await sweep.run(mutant)));
  }
  console.log('');
}
sweep.stop();
