// SPDX-License-Identifier: BSD-2-Clause
/** Loads and stores of the guest: which device answers, and what the registers must hold afterwards. */
import {
  type AccessStep,
  bits,
  judgeExtension,
  judgeRegisters,
  loaded,
  mask64,
  stored,
  storedByCpu,
} from './access-data.js';
import { accessRules as rules } from './access-rules.js';
import { guestRules } from './api-rules.js';
import type { Frame } from './config.js';
import type { Context } from './context.js';
import { judgeException, judgePstate } from './exception.js';
import { type Form, forms } from './forms.js';
import { judgeRead, write } from './frame-access.js';
import { type Place, placeOf, redistributorsOf } from './frames.js';
import { judgeInterfaceRead, writeInterface } from './interface-registers.js';
import { isBigEndian } from './pstate.js';
import type { HandlerEvent, Seen } from './seen.js';
import type { EmulatedRange } from './state.js';

/** ESR_EL1: data abort without a change of exception level, 32-bit instruction, synchronous external abort. */
const externalAbort = 0x9600_0010;

/** ESR_EL1.ISS.WnR. */
const writeNotRead = 0x40;

const inFrame = ({ base, size }: Frame, address: number, bytes: number): boolean =>
  address >= base && address + bytes <= base + size;

/** Splits an access of `bytes` at `offset` into parts that each lie within one word. */
function* parts(
  offset: number,
  bytes: number,
): Generator<readonly [at: number, size: number, shift: number]> {
  let at = offset;
  let left = bytes;
  while (left > 0) {
    const room = 4 - (at & 3);
    // Three bytes within a word are two accesses: the architecture has no access of three bytes.
    const size = Math.min(room === 3 ? 1 : room, left === 3 ? 2 : left);
    yield [at, size, (at - offset) * 8];
    at += size;
    left -= size;
  }
}

/** The place of an address that is known to be in a register frame. */
function registerPlace(c: Context, vcpu: number, address: number): Place {
  const place = placeOf(c.config, vcpu, address);
  if (place === undefined) throw new RangeError(`no registers at 0x${address.toString(16)}`);
  return place;
}

/** Judges the part of one data register in an access to the interrupt controller. */
function controller(
  c: Context,
  step: AccessStep,
  form: Form,
  seen: Seen,
  place: bigint,
  second: boolean,
): void {
  const address = Number(place);
  if (!form.load) {
    const data = stored(c, step, form, second);
    for (const [at, size, shift] of parts(address, form.bytes)) {
      const value = Number((data >> BigInt(shift)) & bits(size)) | 0;
      const part = { bytes: size, whole: form.bytes };
      write(c, registerPlace(c, step.vcpu, at), step.vcpu, part, value);
    }
    if ((second ? step.rt2 : step.rt) === 31) c.ledger.hold(rules.zeroRegister);
    return;
  }
  const value = loaded(step, seen, second);
  if (value === undefined) return;
  const raw = judgeExtension(c, form, value);
  for (const [at, size, shift] of parts(address, form.bytes)) {
    const got = Number((raw >> BigInt(shift)) & bits(size)) | 0;
    const part = { bytes: size, whole: form.bytes };
    judgeRead(c, registerPlace(c, step.vcpu, at), step.vcpu, part, got);
  }
}

/** Judges an access to the CPU interface. Hardware answers it, so only whole words are judged. */
function cpuInterface(c: Context, step: AccessStep, form: Form, seen: Seen): void {
  const offset = Number(step.address) - c.config.cpuInterface.base;
  if (form.bytes !== 4 || form.pair) {
    c.unpredictable = 'the CPU interface is accessed by other than words';
  } else if (offset === 0x0c || offset === 0x20) {
    c.unpredictable = 'an interrupt is taken by a load, and the guest does not note it';
  } else if (form.load) {
    const value = loaded(step, seen, false);
    if (value !== undefined) judgeInterfaceRead(c, step.vcpu, offset, Number(value & 0xffff_ffffn));
  } else writeInterface(c, step.vcpu, offset, Number(storedByCpu(step, form, false)));
}

/** The value that the target's handler gives to a load at `offset`. */
const handlerAnswer = (offset: bigint): bigint => 0x8182_8384_8586_8788n ^ (offset * 0x0101_0101n);

/** A data register of an access whose address is in an emulated range. */
interface EmulatedPart {
  range: EmulatedRange;
  offset: bigint;
  second: boolean;
}

/** Judges accesses to emulated ranges: one handler call for each data register. */
function emulated(
  c: Context,
  step: AccessStep,
  form: Form,
  seen: Seen,
  parts: readonly EmulatedPart[],
): void {
  const calls = seen.events.filter((event): event is HandlerEvent => event.kind === 'handler');
  const show = (call: HandlerEvent) =>
    `handler ${call.id}: vCPU ${call.vcpu}, ${call.write ? 'write' : 'read'} at 0x${call.offset.toString(16)}`;
  const want = parts.map(({ range, offset }): string =>
    show({ kind: 'handler', id: range.id, vcpu: step.vcpu, offset, write: !form.load }),
  );
  const got = calls.map(show);
  const right = want.join() === got.join();
  c.ledger.that(
    rules.handler,
    right,
    () => want.join('; '),
    () => got.join('; ') || 'no call',
  );
  if (!form.load || !right) return;
  for (const { offset, second } of parts) {
    const value = loaded(step, seen, second);
    if (value === undefined) continue;
    const raw = judgeExtension(c, form, value);
    c.ledger.equal(rules.handlerData, raw, handlerAnswer(offset) & bits(form.bytes));
  }
}

/** What answers an access: RAM, a frame of the interrupt controller, an emulated range; `undefined` for nothing. */
type Owner = 'ram' | 'controller' | 'interface' | EmulatedRange | undefined;

export function ownerOf(c: Context, address: bigint, bytes: number): Owner {
  const { config, state } = c;
  const at = Number(address);
  const end = address + BigInt(bytes);
  if (inFrame(config.ram, at, bytes)) return 'ram';
  if (inFrame(config.cpuInterface, at, bytes)) return 'interface';
  if (inFrame(config.distributor, at, bytes) || inFrame(redistributorsOf(config), at, bytes))
    return 'controller';
  return state.ranges.find(({ base, size }) => address >= base && end <= base + size);
}

/**
 * Judges whether the VMM emulates an access to big-endian data, or refuses it because it has to be decoded. Returns
 * whether there is more to judge.
 */
function judgeByteOrder(
  c: Context,
  step: AccessStep,
  form: Form,
  owners: readonly Owner[],
  seen: Seen,
): boolean {
  if (form.load || new Set(owners).size > 1) {
    c.unpredictable = 'big-endian data is loaded, perhaps from a copy in memory, or lies half in registers';
    return false;
  }
  const [owner] = owners;
  if (c.config.witness !== 'vmm' || (owner !== 'controller' && !isRange(owner))) return true;
  const { byteOrder } = rules;
  if (!form.syndrome) {
    judgeException(c, step.state, seen, externalAbort | writeNotRead, step.address & mask64, byteOrder);
    return false;
  }
  const { kind } = seen.outcome;
  c.ledger.that(
    byteOrder,
    kind === 'next',
    () => 'next instruction',
    () => kind,
  );
  return kind === 'next';
}

/** Judges one load or store and applies it to the state. */
export function judgeAccess(c: Context, step: AccessStep, seen: Seen): void {
  const form = forms[step.form];
  if (form === undefined) throw new RangeError(`no instruction form ${step.form}`);
  judgeAt(c, step, form, addressesOf(step, form), seen);
}

/** The address of each data register of an access. */
export const addressesOf = ({ address }: AccessStep, { bytes, pair }: Form): bigint[] =>
  pair ? [address, address + BigInt(bytes)] : [address];

/** Judges an access whose data registers are at these guest physical addresses. */
export function judgeAt(
  c: Context,
  step: AccessStep,
  form: Form,
  places: readonly bigint[],
  seen: Seen,
): void {
  const { ledger, state } = c;
  const owners = places.map((place) => ownerOf(c, place, form.bytes));
  if (owners.includes('controller') && !state.initialised && c.config.witness === 'vmm') {
    c.unpredictable = 'the interrupt controller is accessed before virq_controller_init';
    return;
  }
  if (isBigEndian(step.state) && !judgeByteOrder(c, step, form, owners, seen)) return;
  const unclaimed = addressesOf(step, form).find((_, index) => owners[index] === undefined);
  if (unclaimed !== undefined) {
    const esr = externalAbort | (form.load ? 0 : writeNotRead);
    judgeException(c, step.state, seen, esr, unclaimed & mask64);
    return;
  }
  ledger.that(
    rules.next,
    seen.outcome.kind === 'next',
    () => 'next instruction',
    () => seen.outcome.kind,
  );
  if (seen.outcome.kind !== 'next') return;
  judgePstate(c, step.state, seen);
  judgeRegisters(c, step, form, seen);
  if (form.pair) ledger.hold(rules.pair);
  const ranges: EmulatedPart[] = [];
  for (const [index, place] of places.entries()) {
    const owner = owners[index];
    if (isRange(owner)) ranges.push({ range: owner, offset: place - owner.base, second: index === 1 });
    else if (owner === 'controller') controller(c, step, form, seen, place, index === 1);
    else if (owner === 'interface') cpuInterface(c, step, form, seen);
  }
  if (ranges.length > 0) emulated(c, step, form, seen, ranges);
  if (!owners.includes('controller')) return;
  c.severalWrites = !form.load && (form.pair || form.bytes === 8);
  if (!form.load) state.asNew = false;
  else if (state.asNew) ledger.hold(guestRules.restartController);
}

const isRange = (owner: Owner): owner is EmulatedRange => typeof owner === 'object';
