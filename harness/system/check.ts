// SPDX-License-Identifier: BSD-2-Clause
/** Every check of a system description, and the run of all of them. */
import { channelChecks } from './checks/channels.js';
import type { Check, CheckContext, Say } from './checks/check.js';
import { childChecks } from './checks/children.js';
import { domainChecks } from './checks/domains.js';
import { mapChecks } from './checks/maps.js';
import { programChecks } from './checks/programs.js';
import { regionChecks } from './checks/regions.js';
import { setvarChecks } from './checks/setvars.js';
import type { Description } from './description.js';
import { DescriptionError, type Mistake, sortMistakes } from './mistake.js';
import { readSystem } from './read.js';
import type { Source } from './source.js';
import type { System } from './system.js';
import type { DefaultVersion, Version } from './versions.js';

/** By the names under which they report; each has its fixtures in test/unit/system/fixtures. */
export const checks: Readonly<Record<string, Check>> = {
  ...regionChecks,
  ...domainChecks,
  ...childChecks,
  ...mapChecks,
  ...setvarChecks,
  ...channelChecks,
  ...programChecks,
};

/** 40 bits of intermediate physical address: what seL4 gives protection domains and guests on a Cortex-A53. */
const defaultContext: CheckContext = { addressTop: 2 ** 40 };

/** All mistakes of a system, in the order of their places. */
export function checkSystem(system: Description, context: Partial<CheckContext> = {}): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [name, { run, severity = 'error' }] of Object.entries(checks)) {
    const say: Say = ({ element, attribute }, what, detail = {}) => {
      mistakes.push({ check: name, severity, what, place: element.origin.place(attribute), detail });
    };
    run(system, say, { ...defaultContext, ...context });
  }
  return sortMistakes(mistakes);
}

/** A description that was read and checked, with what is doubtful about it. */
export interface Checked<V extends Version> {
  system: System<V>;
  warnings: Mistake[];
}

/** Reads and checks a description. Throws DescriptionError with every mistake there is. */
export function readChecked<V extends Version = DefaultVersion>(
  source: Source,
  version?: V,
  context: Partial<CheckContext> = {},
): Checked<V> {
  const { system, mistakes } = readSystem<V>(source, version);
  const all = sortMistakes([...mistakes, ...checkSystem(system, context)]);
  const errors = all.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new DescriptionError(errors);
  return { system, warnings: all };
}
