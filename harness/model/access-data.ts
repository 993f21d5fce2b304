// SPDX-License-Identifier: BSD-2-Clause
/** The registers of a load or store: what a store writes, and what a load or write-back must leave. */
import { accessRules as rules } from './access-rules.js';
import type { Context } from './context.js';
import type { Form } from './forms.js';
import { isBigEndian } from './pstate.js';
import type { Seen } from './seen.js';
import type { MappedStep, AccessStep as PlainStep } from './step.js';

export type AccessStep = PlainStep | MappedStep;

export const mask64 = 0xffff_ffff_ffff_ffffn;

export const bits = (bytes: number): bigint => (1n << BigInt(bytes * 8)) - 1n;

/** The value of a data register before the step: `value`, or its complement in the second register of a pair. */
const before = (step: AccessStep, second: boolean): bigint =>
  second && step.rt2 !== step.rt ? ~step.value & mask64 : step.value;

/** The value of a data register after a load of `raw`. */
function extended(form: Form, raw: bigint): bigint {
  if (!form.signed) return raw;
  const value = BigInt.asIntN(form.bytes * 8, raw);
  return form.wide ? value & mask64 : value & 0xffff_ffffn;
}

function reversed(value: bigint, bytes: number): bigint {
  let result = 0n;
  for (let at = 0n; at < BigInt(bytes); at += 1n) result = (result << 8n) | ((value >> (8n * at)) & 0xffn);
  return result;
}

/** The data that a store writes from one of its registers, if the CPU executes it. Register 31 reads as zero. */
export function storedByCpu(step: AccessStep, form: Form, second: boolean): bigint {
  const number = second ? step.rt2 : step.rt;
  const value = number === 31 ? 0n : before(step, second) & bits(form.bytes);
  return isBigEndian(step.state) ? reversed(value, form.bytes) : value;
}

/** The same if a VMM emulates it: see the rule about byte order. */
export function stored(c: Context, step: AccessStep, form: Form, second: boolean): bigint {
  const seenByVmm = c.config.witness === 'vmm' ? { ...step, state: 0 } : step;
  return storedByCpu(seenByVmm, form, second);
}

/** The value of a data register after a load; `undefined` for register 31. */
export function loaded(step: AccessStep, seen: Seen, second: boolean): bigint | undefined {
  const number = second ? step.rt2 : step.rt;
  if (number === 31) return undefined;
  const change = seen.changes.find((changed) => changed.number === number);
  return change === undefined ? before(step, second) : change.value;
}

/** Value of the base register before the instruction. */
function baseRegister(form: Form, address: bigint): bigint {
  return (form.index === 'post' ? address : address - BigInt(form.offset)) & mask64;
}

/** Judges the registers besides the loaded ones: only write-back may change one. */
export function judgeRegisters(c: Context, step: AccessStep, form: Form, seen: Seen): void {
  const { ledger } = c;
  const data = form.load ? (form.pair ? [step.rt, step.rt2] : [step.rt]) : [];
  for (const { number, value } of seen.changes) {
    if (data.includes(number) || (number === step.rn && form.index !== 'none')) continue;
    const rule = number === 31 ? rules.zeroRegister : rules.register;
    ledger.break(rule, `x${number} as before`, `x${number} = 0x${value.toString(16)}`);
  }
  if (form.load) ledger.hold(step.rt === 31 ? rules.zeroRegister : rules.register);
  if (form.index === 'none') return;
  const base = baseRegister(form, step.address);
  const want = (base + BigInt(form.offset)) & mask64;
  const change = seen.changes.find(({ number }) => number === step.rn);
  ledger.equal(rules.writeBack, change?.value ?? base, want, () => `base register x${step.rn} =`);
}

/** Judges zero or sign extension of a loaded value. Returns the bytes that were read. */
export function judgeExtension(c: Context, form: Form, value: bigint): bigint {
  const raw = value & bits(form.bytes);
  const want = extended(form, raw);
  const width = form.wide ? 64 : 32;
  const label = () => `register of ${form.text} =`;
  c.ledger.equal(form.signed ? rules.signExtend : rules.zeroExtend, value, want, label);
  return width === 64 ? raw : raw & 0xffff_ffffn;
}
