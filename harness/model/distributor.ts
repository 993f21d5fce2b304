// SPDX-License-Identifier: BSD-2-Clause
/** Reads and writes of the distributor's frame, word by word and in bytes. */
import { guestRules } from './api-rules.js';
import type { Context } from './context.js';
import { distributorRules as rules } from './distributor-rules.js';
import { present } from './register-fields.js';
import { isBanked, openRanges, type Register, registers } from './registers.js';
import type { Rule } from './rule.js';

/** The register at each word of the frame; `undefined` where it is reserved. */
const byWord: readonly (Register | undefined)[] = Array.from({ length: 1024 }, (_, word) =>
  registers.find(({ first, last }) => first <= word * 4 && word * 4 <= last),
);
const isOpen: readonly boolean[] = byWord.map(
  (register, word) =>
    register === undefined && openRanges.some(([first, last]) => first <= word * 4 && word * 4 <= last),
);

const indexOf = (register: Register, word: number): number =>
  word - ((register.array ?? register.first) >>> 2);

/** The name of a register at a byte offset, as reports show it. */
export function registerName(offset: number): string {
  const register = byWord[offset >>> 2];
  if (register === undefined) return `GICD+0x${offset.toString(16).padStart(3, '0')}`;
  const index = register.first === register.last - 3 ? '' : String(indexOf(register, offset >>> 2));
  return `${register.name}${index}${offset & 3 ? `+${offset & 3}` : ''}`;
}

/** Lanes of the bytes from `offset` on, `bytes` of them, within one word. */
const lanesOf = (offset: number, bytes: number): number =>
  bytes === 4 ? -1 : ((1 << (bytes * 8)) - 1) << ((offset & 3) * 8);

/** Whether the architecture asks for this size of access there. */
const isAskedFor = (register: Register | undefined, bytes: number): boolean =>
  bytes === 4 || (bytes === 1 && register?.bytes === true);

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

/** Value of a whole word; `c.open` gets the bits that are open. */
export function readWord(c: Context, vcpu: number, word: number): number {
  c.open = isOpen[word] ? -1 : 0;
  const register = byWord[word];
  if (register === undefined) return 0;
  if (register.read === undefined) {
    c.open = -1;
    return 0;
  }
  const n = indexOf(register, word);
  const value = register.read(c, vcpu, n);
  return register.perWord === undefined ? value : value & present(c, n, register.perWord);
}

/** Which rule the bits in `mask` of this word belong to. */
function ruleOf(c: Context, register: Register | undefined, n: number, mask: number): Rule {
  if (register === undefined) return rules.reserved;
  if (register.perWord !== undefined && (mask & present(c, n, register.perWord)) === 0) return rules.absent;
  for (const [bits, rule] of register.parts ?? []) if (mask & bits(c, n)) return rule;
  if (register.first === 0x800 && c.config.vcpus === 1) return rules.targetsOne;
  return register.rule;
}

/** Counts every rule that a read which agreed has shown. */
function holdRead(c: Context, vcpu: number, word: number, lanes: number, bytes: number): void {
  const { ledger, state } = c;
  const register = byWord[word];
  const n = register === undefined ? 0 : indexOf(register, word);
  const seen = lanes & ~c.open;
  const writers = state.written.get(word);
  if (register === undefined) {
    if (writers) ledger.hold(rules.reserved);
    return;
  }
  const there = register.perWord === undefined ? -1 : present(c, n, register.perWord);
  if (seen & ~there) ledger.hold(rules.absent);
  let rest = seen & there;
  for (const [bits, rule] of register.parts ?? []) {
    const mask = bits(c, n);
    if (rest & mask) ledger.hold(rule);
    rest &= ~mask;
  }
  if (rest) ledger.hold(ruleOf(c, register, n, rest));
  if (writers && register.access === 'ro') ledger.hold(rules.readOnly);
  if (isBanked(register, n) && writers & ~(1 << vcpu)) ledger.hold(rules.banked);
  if (bytes === 1 && register.bytes) ledger.hold(rules.bytes);
}

/** Judges what `bytes` (1, 2 or 4, within a word) at `offset` read as. */
export function judgeRead(c: Context, vcpu: number, offset: number, bytes: number, got: number): void {
  const word = offset >>> 2;
  const register = byWord[word];
  const asked = isAskedFor(register, bytes);
  const lanes = lanesOf(offset, bytes);
  const whole = readWord(c, vcpu, word);
  const value = asked || c.config.implementation.otherSizes === 'lanes' ? whole : 0;
  const shifted = got << ((offset & 3) * 8);
  const wrong = (shifted ^ value) & lanes & ~c.open;
  if (wrong === 0) {
    if (asked) holdRead(c, vcpu, word, lanes, bytes);
    else c.ledger.hold(rules.otherSizes);
    return;
  }
  const n = register === undefined ? 0 : indexOf(register, word);
  const byRegister = asked ? ruleOf(c, register, n, wrong) : rules.otherSizes;
  const rule = c.state.asNew ? guestRules.restartController : byRegister;
  const open = c.open & lanes ? ` (bits ${hex(c.open & lanes)} open)` : '';
  const name = registerName(offset & ~3);
  c.ledger.break(rule, `${name} reads ${hex(value & lanes)}${open}`, `${hex(shifted & lanes)}`);
}

/** Does what a write of `bytes` (1, 2 or 4, within a word) at `offset` does. */
export function write(c: Context, vcpu: number, offset: number, bytes: number, value: number): void {
  const word = offset >>> 2;
  const register = byWord[word];
  c.state.written.put(word, c.state.written.get(word) | (1 << vcpu));
  if (!isAskedFor(register, bytes) && c.config.implementation.otherSizes === 'ignored') return;
  if (register?.write === undefined) return;
  register.write(c, vcpu, indexOf(register, word), value << ((offset & 3) * 8), lanesOf(offset, bytes));
}
