// SPDX-License-Identifier: BSD-2-Clause
/** A case: a machine and a list of steps; and the file that one is kept in. */
import { HarnessError } from '../base/error.js';
import { nearest } from '../base/spelling.js';
import { allRules, type Step } from '../model/index.js';
import { stepRecords } from './link/steps.js';

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

/** Refuses a case file, saying where and why. */
function refuse(where: string, what: string, expected: string, got: string): never {
  throw new HarnessError('usage', what, { where, expected, got });
}

const firstGuestStep = stepRecords.access.tag;

/** One step from a file. A call may name a vCPU that there is not, an action of the guest can not. */
function readStep(value: unknown, vcpus: number, where: string): Step {
  if (typeof value !== 'object' || value === null || !('op' in value))
    refuse(where, 'this is no step', 'an object with "op"', JSON.stringify(value));
  const { op } = value;
  const format = stepRecords[op as Step['op']];
  if (typeof op !== 'string' || format === undefined)
    refuse(where, 'this step is not known', Object.keys(stepRecords).join(', '), JSON.stringify(op));
  const step: Record<string, unknown> = { op };
  for (const [name, type] of Object.entries(format.fields)) {
    const given = (value as Record<string, unknown>)[name];
    if (type === 'u64') {
      if (typeof given !== 'string' || !/^0x[0-9a-f]+$/.test(given))
        refuse(
          where,
          `"${name}" is not a number`,
          'hexadecimal digits in quotes, from 0x',
          JSON.stringify(given),
        );
      step[name] = BigInt(given);
    } else {
      const want = type === 'bool' ? 'boolean' : 'number';
      if (typeof given !== want) refuse(where, `"${name}" is missing or wrong`, want, JSON.stringify(given));
      step[name] = given;
    }
  }
  if (format.tag >= firstGuestStep && Number(step.vcpu) >= vcpus)
    refuse(where, 'the machine of the case has no such vCPU', `0 to ${vcpus - 1}`, String(step.vcpu));
  return step as unknown as Step;
}

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

/** The case in a file's text. Throws HarnessError when it is none, or of another version. */
export function readCase(text: string, where: string): Case {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return refuse(where, 'the case file is not JSON', 'a case file', (error as Error).message);
  }
  if (value.version !== version)
    refuse(where, 'the case file is of another version', String(version), JSON.stringify(value.version));
  const { vcpus, page, gic, steps } = value;
  if (!Array.isArray(steps)) refuse(where, 'the case has no steps', '"steps": [...]', typeof steps);
  if (typeof vcpus !== 'number' || vcpus < 1 || vcpus > 4)
    refuse(where, '"vcpus" is wrong', '1 to 4', JSON.stringify(vcpus));
  if (gic !== undefined && gic !== 2 && gic !== 3)
    refuse(where, '"gic" is wrong', '2 or 3', JSON.stringify(gic));
  checkRule(value.rule, where);
  return {
    vcpus,
    ...(gic === undefined ? {} : { gic }),
    page: page === true,
    steps: steps.map((step, index) => readStep(step, vcpus, `${where}: step ${index}`)),
  };
}
