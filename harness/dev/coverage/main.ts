// SPDX-License-Identifier: BSD-2-Clause
/** `npm run coverage`: libvmm's branches that a conformance run on the host takes, and those that it never takes. */
import { parseArgs } from 'node:util';
import { onInterrupt } from '../../base/interrupt.js';
import { measure } from './measure.js';
import { coverageText } from './report-text.js';
import { untaken } from './untaken.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, cases: { type: 'string', default: '3000' } },
});
const options = { seed: Number(values.seed), cases: Number(values.cases), signal: onInterrupt() };
console.log(coverageText(await measure(options), untaken));
