// SPDX-License-Identifier: BSD-2-Clause
/** Dialects of the API, and what is known to differ from the text in the library that each is of. */
import { HarnessError } from '../error.js';
import { nearest } from '../system/spelling.js';

/** A rule that a library is known to break. */
export interface Deviation {
  rule: string;
  reason: string;
  /** Release of the library that has had it first, as far as is known. */
  since: string;
}

export interface Dialect {
  /** What --api takes; `subject_<name>.c` of the agent speaks it. */
  name: string;
  /** The library that it is of. */
  library: string;
  deviations: readonly Deviation[];
}

const spec: Dialect = { name: 'spec', library: 'the API text', deviations: [] };

export const dialects: ReadonlyMap<string, Dialect> = new Map([spec].map((one) => [one.name, one]));

/** Throws HarnessError (usage) when there is no such dialect. */
export function dialectOf(name: string): Dialect {
  const dialect = dialects.get(name);
  if (dialect !== undefined) return dialect;
  const near = nearest(name, dialects.keys());
  throw new HarnessError('usage', `there is no dialect ${name} of the API`, {
    expected: `one of ${[...dialects.keys()].join(', ')}`,
    got: name,
    ...(near === undefined ? {} : { wayOut: `did you mean --api ${near}?` }),
  });
}
