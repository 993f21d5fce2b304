// SPDX-License-Identifier: BSD-2-Clause
/** Dialects of the API, each with the known deviations of the library that speaks it. */
import { HarnessError } from '../base/error.js';
import { nearest } from '../base/spelling.js';
import { allRules, type Rule } from '../model/index.js';
import type { Deviation } from './deviations/deviation.js';
import { deviations01 } from './deviations/libvmm-0.1.js';
import { deviations02 } from './deviations/libvmm-0.2.js';

export interface Dialect {
  /** The value of --api. `subject_<name>.c` of the agent implements it. */
  name: string;
  /** The library that speaks this dialect. */
  library: string;
  deviations: readonly Deviation[];
  /** Versions of the interrupt controller that an archive of it can be built for; each archive has one of them. */
  gics: readonly (2 | 3)[];
}

const all: readonly Dialect[] = [
  { name: 'spec', library: 'the API text', deviations: [], gics: [2, 3] },
  { name: '0.1', library: 'au-ts/libvmm 0.1.0', deviations: deviations01, gics: [2] },
  { name: '0.2', library: 'au-ts/libvmm 0.2.0', deviations: deviations02, gics: [2, 3] },
];

export const dialects: ReadonlyMap<string, Dialect> = new Map(all.map((one) => [one.name, one]));

/** Rules that a library is known to break. */
export const rulesThatDeviate = ({ deviations }: Dialect): Set<Rule> =>
  new Set(allRules.filter(({ id }) => deviations.some(({ rule }) => rule === id)));

/** Rules whose violation does not end the judging of a case. Throws when a list names an unknown rule. */
export function rulesToPassOver({ deviations }: Dialect): Set<Rule> {
  return new Set(
    deviations.flatMap(({ rule, goesOn }) => {
      const found = allRules.find(({ id }) => id === rule);
      if (found === undefined) throw new Error(`a list of deviations names the unknown rule ${rule}`);
      return goesOn ? [found] : [];
    }),
  );
}

/** Throws HarnessError (usage) for an unknown dialect. */
export function dialectOf(name: string): Dialect {
  const dialect = dialects.get(name);
  if (dialect !== undefined) return dialect;
  const near = nearest(name, dialects.keys());
  throw new HarnessError('usage', `there is no API dialect ${name}`, {
    expected: `one of ${[...dialects.keys()].join(', ')}`,
    got: name,
    ...(near === undefined ? {} : { wayOut: `did you mean --api ${near}?` }),
  });
}
