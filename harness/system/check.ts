// SPDX-License-Identifier: BSD-2-Clause
/** All checks of a system description, and the function that runs them. */
import { boardChecks } from './checks/board.js';
import { capabilityChecks } from './checks/capabilities.js';
import { channelChecks } from './checks/channels.js';
import type { Check, CheckContext, Report } from './checks/check.js';
import { childChecks } from './checks/children.js';
import { domainChecks } from './checks/domains.js';
import { guestChecks } from './checks/guests.js';
import { mapChecks } from './checks/maps.js';
import { prefillChecks } from './checks/prefill.js';
import { programChecks } from './checks/programs.js';
import { regionChecks } from './checks/regions.js';
import { schedulingChecks } from './checks/scheduling.js';
import { setvarChecks } from './checks/setvars.js';
import { CachedDescription, type Description } from './description.js';
import { DescriptionError, Finder, type Findings, joinFindings, type Mistake } from './mistake.js';
import { readSystem } from './read.js';
import type { Source } from './source.js';
import type { System } from './system.js';
import { type DefaultVersion, has, type Version } from './versions.js';

/** The checks by the names under which they report. Each has fixtures in test/unit/system/fixtures. */
export const checks: Readonly<Record<string, Check>> = {
  ...regionChecks,
  ...domainChecks,
  ...childChecks,
  ...mapChecks,
  ...setvarChecks,
  ...channelChecks,
  ...programChecks,
  ...boardChecks,
  ...guestChecks,
  ...prefillChecks,
  ...schedulingChecks,
  ...capabilityChecks,
};

/** 40 bits of intermediate physical address: what seL4 gives protection domains and guests on a Cortex-A53. */
const defaultContext: CheckContext = { addressTop: 2 ** 40 };

/** The findings of the checks: the first mistakes of each check, in the order of their places, and their number. */
export function findMistakes(system: Description, context: Partial<CheckContext> = {}): Findings {
  const cached = new CachedDescription(system);
  const full = { ...defaultContext, ...context };
  const other = context.architecture !== undefined;
  const parts = Object.entries(checks).map(
    ([check, { run, since, severity = 'error' as const, aarch64 = false }]) => {
      const found = new Finder();
      const report: Report = ({ element, attribute }, what, detail = {}, level) =>
        found.add(level ?? severity, () => {
          const place = element.origin.place(attribute);
          return { check, what, place, detail: typeof detail === 'function' ? detail() : detail };
        });
      if (has(system.microkit, since) && !(aarch64 && other)) run(cached, report, full);
      return found;
    },
  );
  return joinFindings(parts);
}

/** The first mistakes of each check, in the order of their places. */
export const checkSystem = (system: Description, context: Partial<CheckContext> = {}): Mistake[] =>
  findMistakes(system, context).mistakes;

/** A description that was read and checked, with its warnings. */
export interface Checked<V extends Version> {
  system: System<V>;
  warnings: Mistake[];
}

/** Decides whether a mistake refuses a description. By default every mistake that is not a warning does. */
export type Verdict = (mistake: Mistake) => boolean;
const isError: Verdict = ({ severity }) => severity === 'error';

/** Reads and checks a description. Throws DescriptionError with every mistake that refuses it. */
export function readChecked<V extends Version = DefaultVersion>(
  source: Source,
  version?: V,
  context: Partial<CheckContext> = {},
  refuses: Verdict = isError,
): Checked<V> {
  const reading = readSystem<V>(source, version);
  const { system, architecture } = reading;
  const found = joinFindings([reading, findMistakes(system, { architecture, ...context })]);
  const errors = found.mistakes.filter(refuses);
  const more = found.errors + found.warnings - found.mistakes.length;
  if (errors.length > 0) throw new DescriptionError(errors, errors.length + more);
  return { system, warnings: found.mistakes.map((mistake) => ({ ...mistake, severity: 'warning' })) };
}
