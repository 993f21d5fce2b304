// SPDX-License-Identifier: BSD-2-Clause
/** Reads and writes of register frames, by words and by bytes. */
import { guestRules } from './api-rules.js';
import type { Context } from './context.js';
import { indexOf, intidsText, type Place, registerAt, registerName } from './frames.js';
import type { Register, RegisterFrame } from './register.js';
import { present } from './register-fields.js';
import type { Rule } from './rule.js';

/** Mask of the `bytes` bytes from `offset` on, within one word. */
const lanesOf = (offset: number, bytes: number): number =>
  bytes === 4 ? -1 : ((1 << (bytes * 8)) - 1) << ((offset & 3) * 8);

/** The part of an access that lies in one word: its size, and the size of the whole access of one data register. */
export interface Part {
  readonly bytes: number;
  readonly whole: number;
}

/** Whether the architecture requires a register to support this size of access. */
function isAskedFor(frame: RegisterFrame, register: Register | undefined, { bytes, whole }: Part): boolean {
  if (whole === 8 && frame.doubles) return register?.doubles === true;
  return bytes === 4 || (bytes === 1 && register?.bytes === true);
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

const isOpen = ({ open }: RegisterFrame, offset: number): boolean =>
  open.some(([first, last]) => first <= offset && offset <= last);

/** Value of a whole word. Sets `c.open` to the bits whose value is open. */
function readWord(c: Context, { frame, vcpu, offset }: Place): number {
  const word = offset >>> 2;
  const register = registerAt(frame, word);
  c.open = register === undefined && isOpen(frame, offset) ? -1 : 0;
  if (register === undefined) return 0;
  if (register.read === undefined) {
    c.open = -1;
    return 0;
  }
  const n = indexOf(register, word);
  const value = register.read(c, vcpu, n);
  return register.perWord === undefined ? value : value & present(c, n, register.perWord);
}

/** The rule for the bits in `mask` of this word. */
function ruleOf(
  c: Context,
  { rules }: RegisterFrame,
  register: Register | undefined,
  n: number,
  mask: number,
): Rule {
  if (register === undefined) return rules.reserved;
  if (register.perWord !== undefined && (mask & present(c, n, register.perWord)) === 0) return rules.absent;
  for (const [bits, rule] of register.parts ?? []) if (mask & bits(c, n)) return rule;
  return register.rule;
}

/** The key of a word in `state.written`. The frames of the vCPUs follow each other. */
const keyOf = ({ frame, vcpu, offset }: Place): number =>
  (offset >>> 2) + (frame.owned === undefined ? 0 : ((1 + vcpu) * frame.size) / 4);

/** Counts every rule that a correct read by `reader` has exercised. */
function holdRead(c: Context, place: Place, reader: number, lanes: number, bytes: number): void {
  const { ledger, state } = c;
  const { frame, vcpu } = place;
  const word = place.offset >>> 2;
  const register = registerAt(frame, word);
  const n = register === undefined ? 0 : indexOf(register, word);
  const seen = lanes & ~c.open;
  const writers = state.written.get(keyOf(place)) ?? 0;
  if (register === undefined) {
    if (writers) ledger.hold(frame.rules.reserved);
    return;
  }
  const there = register.perWord === undefined ? -1 : present(c, n, register.perWord);
  if (seen & ~there) ledger.hold(frame.rules.absent);
  let rest = seen & there;
  for (const [bits, rule] of register.parts ?? []) {
    const mask = bits(c, n);
    if (rest & mask) ledger.hold(rule);
    rest &= ~mask;
  }
  if (rest) ledger.hold(ruleOf(c, frame, register, n, rest));
  if (writers && register.access === 'ro') ledger.hold(frame.rules.readOnly);
  if (frame.banked?.is(register, n) && writers & ~(1 << vcpu)) ledger.hold(frame.banked.rule);
  if (frame.owned !== undefined && reader !== vcpu) ledger.hold(frame.owned);
  if (bytes === 1 && register.bytes) ledger.hold(frame.rules.bytes);
}

/** Judges the value that `reader` got from one part of a load. */
export function judgeRead(c: Context, place: Place, reader: number, part: Part, got: number): void {
  const { bytes } = part;
  const { frame, offset } = place;
  const word = offset >>> 2;
  const register = registerAt(frame, word);
  const asked = isAskedFor(frame, register, part);
  const lanes = lanesOf(offset, bytes);
  const whole = readWord(c, place);
  const value = asked || c.config.implementation.otherSizes === 'lanes' ? whole : 0;
  const shifted = got << ((offset & 3) * 8);
  const wrong = (shifted ^ value) & lanes & ~c.open;
  if (wrong === 0) {
    if (asked) holdRead(c, place, reader, lanes, bytes);
    else c.ledger.hold(frame.rules.otherSizes);
    return;
  }
  const n = register === undefined ? 0 : indexOf(register, word);
  const byRegister = asked ? ruleOf(c, frame, register, n, wrong) : frame.rules.otherSizes;
  const rule = c.state.asNew ? guestRules.restartController : byRegister;
  const show = (word: number) =>
    intidsText(frame, offset & ~3, BigInt((word & lanes) >>> 0), 4) ?? hex(word & lanes);
  const open = c.open & lanes ? ` (${show(c.open)} open)` : '';
  const name = registerName(frame, offset & ~3);
  c.ledger.break(rule, `${name} reads ${show(value)}${open}`, show(shifted));
}

/** Applies one part of a store by `writer` to the state. */
export function write(c: Context, place: Place, writer: number, part: Part, value: number): void {
  const { frame, vcpu, offset } = place;
  const word = offset >>> 2;
  const register = registerAt(frame, word);
  const key = keyOf(place);
  c.state.written.set(key, (c.state.written.get(key) ?? 0) | (1 << writer));
  if (!isAskedFor(frame, register, part) && c.config.implementation.otherSizes === 'ignored') return;
  if (register?.write === undefined) return;
  register.write(c, vcpu, indexOf(register, word), value << ((offset & 3) * 8), lanesOf(offset, part.bytes));
}
