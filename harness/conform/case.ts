// SPDX-License-Identifier: BSD-2-Clause
/** A case: a machine and a list of steps; and the file that one is kept in. */
import { HarnessError } from '../base/error.js';
import { nearest } from '../base/spelling.js';
import { allRules, type Step } from '../model/index.js';
import { readStep, refuse } from './case-step.js';

export interface Case {
  /** vCPUs of the guest, 1 to 4. */
  vcpus: number;
  /** Reads of the distributor are answered by a page, where the target can (see `VMM_GICD_PAGE`). */
  page: boolean;
  /** Version of its interrupt controller; 2 when not given. */
  gic?: 2 | 3;
  steps: Step[];
}

/** Version of a case's interrupt controller. */
export const gicOf = ({ gic = 2 }: Case): 2 | 3 => gic;

/** Version of the file format; another one is refused. */
const version = 1;

/** The case as JSON, with 64-bit numbers in hexadecimal. `about` says how it came to be. */
export function writeCase({ vcpus, page, gic, steps }: Case, about: Record<string, unknown> = {}): string {
  const lines = steps.map((step) => `    ${JSON.stringify(step, hexadecimal)}`);
  const head = Object.entries({ version, ...about, vcpus, page, ...(gic === undefined ? {} : { gic }) }).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return `{\n${head.join('\n')}\n  "steps": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const hexadecimal = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `0x${value.toString(16)}` : value;

/** A file may say which rule its case is about. */
function checkRule(rule: unknown, where: string): void {
  if (rule === undefined || allRules.some(({ id }) => id === rule)) return;
  const near = nearest(
    String(rule),
    allRules.map(({ id }) => id),
  );
  const wayOut = near
    ? `did you mean ${near}? docs/rules.md has all of them`
    : 'docs/rules.md has all of them';
  throw new HarnessError('usage', 'there is no such rule', { where, got: String(rule), wayOut });
}

/** Steps of the longest case that a file may hold: a search makes some hundred. */
const mostSteps = 100_000;

/** The case in a file's text. Throws HarnessError (usage) when it is none, or of another version. */
export function readCase(text: string, where: string): Case {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(where, 'the case file is not JSON', 'a case file', (error as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(where, 'the case file holds no case', 'an object with "steps"', value);
  const given = value as Readonly<Record<string, unknown>>;
  if (given.version !== version)
    refuse(where, 'the case file is of another version', String(version), given.version);
  const { vcpus, page = false, gic, steps } = given;
  if (!Array.isArray(steps)) refuse(where, 'the case has no steps', '"steps": [...]', steps);
  if (steps.length > mostSteps)
    refuse(where, 'the case has too many steps', `at most ${mostSteps}`, steps.length);
  if (vcpus !== 1 && vcpus !== 2 && vcpus !== 3 && vcpus !== 4)
    refuse(where, '"vcpus" is wrong', '1 to 4', vcpus);
  if (typeof page !== 'boolean') refuse(where, '"page" is wrong', 'true or false', page);
  if (gic !== undefined && gic !== 2 && gic !== 3) refuse(where, '"gic" is wrong', '2 or 3', gic);
  checkRule(given.rule, where);
  return {
    vcpus,
    ...(gic === undefined ? {} : { gic }),
    page,
    steps: steps.map((step, index) => readStep(step, vcpus, `${where}: step ${index + 1}`)),
  };
}
