// SPDX-License-Identifier: BSD-2-Clause
/**
 * One share of `npm run mutants -- --all`: reads the places of mutants on standard input, and writes one result per
 * line on standard output.
 */
import { text } from 'node:stream/consumers';
import { onInterrupt } from '../../base/interrupt.js';
import { readCorpus } from '../../conform/corpus.js';
import { ownLibrary } from '../../conform/host-tier.js';
import { generateMutants } from './generate.js';
import { sweep } from './sweep.js';

const [name = '0', seed = '1', cases = '1000'] = process.argv.slice(2);
const signal = onInterrupt();
const wanted = new Set(JSON.parse(await text(process.stdin)) as number[]);
const mutants = (await generateMutants(ownLibrary)).filter((_, index) => wanted.has(index));
const options = { seed: Number(seed), cases: Number(cases), kept: readCorpus(), signal };
for await (const result of sweep(mutants, `share-${name}`, options)) console.log(JSON.stringify(result));
