// SPDX-License-Identifier: BSD-2-Clause
/** Cases: a machine and a list of steps. Reads and writes case files. */
import { HarnessError } from '../base/error.js';
import { nearest } from '../base/spelling.js';
import { allRules, type Step } from '../model/index.js';
import { readStep, refuse } from './case-step.js';

export interface Case {
  /** vCPUs of the guest, 1 to 4. */
  vcpus: number;
  /** A page answers reads of the distributor, where the target supports it (see `VMM_GICD_PAGE`). */
  page: boolean;
  /** Version of the interrupt controller; 2 when not given. */
  gic?: 2 | 3;
  steps: Step[];
}

/** Version of the interrupt controller of a case. */
export const gicOf = ({ gic = 2 }: Case): 2 | 3 => gic;

/** Version of the file format. Other versions are refused. */
const version = 1;

/** The case as JSON, with 64-bit numbers in hexadecimal. `about` holds further keys, such as its origin. */
export function writeCase({ vcpus, page, gic, steps }: Case, about: Record<string, unknown> = {}): string {
  const lines = steps.map((step) => `    ${JSON.stringify(step, hexadecimal)}`);
  const head = Object.entries({ version, ...about, vcpus, page, ...(gic === undefined ? {} : { gic }) }).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return `{\n${head.join('\n')}\n  "steps": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const hexadecimal = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `0x${value.toString(16)}` : value;

/** Checks the rule that a file may name as its subject. */
function checkRule(rule: unknown, where: string): void {
  if (rule === undefined || allRules.some(({ id }) => id === rule)) return;
  const near = nearest(
    String(rule),
    allRules.map(({ id }) => id),
  );
  const wayOut = near
    ? `did you mean ${near}? docs/rules.md lists all rules`
    : 'docs/rules.md lists all rules';
  throw new HarnessError('usage', 'there is no such rule', { where, got: String(rule), wayOut });
}

/** The most steps of a case in a file. Generated cases have at most a few hundred. */
const mostSteps = 100_000;

/** Reads a case from a file's text. Throws HarnessError (usage) when it is not a case, or of another version. */
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
