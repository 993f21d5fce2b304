// SPDX-License-Identifier: BSD-2-Clause
/** The kinds of acts that a run draws from. */
import { HarnessError } from '../../base/error.js';
import { kinds } from './kinds.js';

export interface Limits {
  cpus: number;
  /** The kernel below the VMM leaves a guest's debug registers in effect while other protection domains run. */
  sharesDebug: boolean;
}

export interface Choice {
  kinds: string[];
  /** A line for each group of kinds that the user did not exclude and that are not drawn. */
  leftOut: string[];
}

const known = (wanted: readonly string[]) => kinds.filter(({ name }) => wanted.includes(name));

/**
 * Checks the names of kinds of acts; `undefined` stands for all. Throws HarnessError (usage) for an unknown one, and where
 * all of them need more CPUs.
 */
export function kindsNamed<Names extends readonly string[] | undefined>(wanted: Names, cpus: number): Names {
  if (wanted === undefined) return wanted;
  const all = kinds.map(({ name }) => name);
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new HarnessError('usage', `there is no kind of act ${unknown}`, {
      expected: `some of ${all.join(', ')}`,
    });
  if (cpus === 1 && known(wanted).every((kind) => kind.cpus))
    throw new HarnessError('usage', `acts of kind ${wanted.join(', ')} need several CPUs`, {
      wayOut: 'add --vcpus 2',
    });
  return wanted;
}

/** The kinds that the user wants; without a wish, those that the kernel below the VMM survives. */
export function chooseKinds(wanted: readonly string[] | undefined, { cpus, sharesDebug }: Limits): Choice {
  if (wanted !== undefined) return { kinds: [...wanted], leftOut: [] };
  const debug = sharesDebug ? kinds.filter((kind) => kind.debug).map(({ name }) => name) : [];
  const drawn = kinds.filter((kind) => !debug.includes(kind.name) && (cpus > 1 || !kind.cpus));
  const why = "under this kernel a guest's debug registers stop its VMM (docs/known-issues.md)";
  return {
    kinds: drawn.map(({ name }) => name),
    leftOut: debug.length === 0 ? [] : [`left out: ${debug.join(', ')}: ${why}`],
  };
}
