// SPDX-License-Identifier: BSD-2-Clause
/** Reads one step of a case file and checks every field. */
import { HarnessError } from '../base/error.js';
import { nearest } from '../base/spelling.js';
import { forms, lastState, lastStateOfEl1, lastStateOfLoad, type Step } from '../model/index.js';
import { type FieldType, type FieldValue, RecordTable } from './link/records.js';
import { stepRecords } from './link/steps.js';

/** Throws HarnessError (usage) for a case file. */
export function refuse(where: string, message: string, expected: string, got: unknown): never {
  throw new HarnessError('usage', message, { where, expected, got: shown(got) });
}

const longestShown = 100;

/** A value of a case file, shortened to fit a line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}...`;
}

/** Ranges of the wire's field types. `bool` and `u64` are not JSON numbers. */
const ranges: Readonly<Record<Exclude<FieldType, 'bool' | 'u64'>, readonly [least: number, most: number]>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
};

/** Fields with a narrower range than their type. */
const narrower: Readonly<Record<string, readonly [least: number, most: number]>> = {
  'access.form': [0, forms.length - 1],
  'access.rt': [0, 31],
  'access.rt2': [0, 31],
  // Base register 31 is the stack pointer, which no step sets.
  'access.rn': [0, 30],
  // Bit 15 is the upper bit of op0. Without it the instruction is not MRS or MSR (DDI 0487, C5.1).
  'mapped.form': [0, forms.length - 1],
  'mapped.rt': [0, 31],
  'mapped.rt2': [0, 31],
  'mapped.rn': [0, 30],
  'mapped.level': [1, 3],
  'mapped.state': [0, lastStateOfLoad],
  'sysreg.encoding': [0x8000, 0xffff],
  'access.state': [0, lastState],
  'sysreg.state': [0, lastStateOfEl1],
};

const firstGuestStep = stepRecords.access.tag;
const table = new RecordTable('step', 'op', stepRecords);

type Fields = Readonly<Record<string, unknown>>;

function readField(
  op: string,
  name: string,
  type: FieldType,
  given: unknown,
  where: string,
): FieldValue<FieldType> {
  if (type === 'bool') {
    if (typeof given !== 'boolean') refuse(where, `"${name}" is missing or wrong`, 'true or false', given);
    return given;
  }
  if (type === 'u64') {
    if (typeof given !== 'string' || !/^0x[0-9a-f]{1,16}$/.test(given))
      refuse(where, `"${name}" is missing or wrong`, '1 to 16 hexadecimal digits in quotes, from 0x', given);
    return BigInt(given);
  }
  const [least, most] = narrower[`${op}.${name}`] ?? ranges[type];
  if (typeof given !== 'number' || !Number.isInteger(given) || given < least || given > most)
    refuse(where, `"${name}" is missing or out of range`, `a whole number from ${least} to ${most}`, given);
  return given;
}

/** Refuses combinations of registers whose effect is UNPREDICTABLE or cannot be judged. */
function checkRegisters(
  { form, rt, rt2, rn }: Extract<Step, { op: 'access' | 'mapped' }>,
  where: string,
): void {
  const { pair = false, load = false } = forms[form] ?? {};
  if (rn === rt || (pair && rn === rt2))
    refuse(where, 'the address is in a data register', 'another "rn" than "rt" and "rt2"', rn);
  if (pair && load && rt === rt2 && rt !== 31)
    refuse(where, 'a pair loads one register twice', 'another "rt2" than "rt"', rt2);
}

function refuseExtra(op: string, given: Fields, names: readonly string[], where: string): void {
  const extra = Object.keys(given).find((name) => !names.includes(name));
  if (extra === undefined) return;
  const near = nearest(extra, names);
  const message = `${op} has no "${extra}"${near ? `; did you mean "${near}"?` : ''}`;
  refuse(where, message, names.join(', '), extra);
}

const isOp = (op: unknown): op is Step['op'] => typeof op === 'string' && Object.hasOwn(stepRecords, op);

/** Reads one step. An API call may name a vCPU that does not exist; an action of the guest may not. */
export function readStep(value: unknown, vcpus: number, where: string): Step {
  if (typeof value !== 'object' || value === null || !('op' in value))
    refuse(where, 'this is not a step', 'an object with "op"', value);
  const { op, ...given } = value as Fields;
  if (!isOp(op)) refuse(where, 'unknown step', Object.keys(stepRecords).join(', '), op);
  const step: Step = table.make(op, (name, type) => {
    const has = Object.hasOwn(given, name);
    if (!has && name === 'state') return undefined;
    return readField(op, name, type, has ? given[name] : undefined, where);
  });
  const { tag, fields } = stepRecords[op];
  refuseExtra(op, given, Object.keys(fields), where);
  if (tag >= firstGuestStep && 'vcpu' in step && step.vcpu >= vcpus)
    refuse(where, 'the machine of the case has no such vCPU', `0 to ${vcpus - 1}`, step.vcpu);
  if (step.op === 'access') checkRegisters(step, where);
  return step;
}
