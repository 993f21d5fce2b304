// SPDX-License-Identifier: BSD-2-Clause
/** Making interrupts pending, and taking that back (IHI 0048B, 3.2.2 to 3.2.4). */
import type { Context } from './context.js';
import { intidOf, privateSlots } from './slots.js';
import type { ListRegister, TimerLine } from './state.js';

/** How an interrupt came to be pending; kept with it to tell which rule its delivery shows. */
export const origins = { vmm: 1, guest: 2, sgi: 3, again: 4, left: 5 } as const;

/** The list register that holds `slot`, on whichever vCPU. */
export function listOf(c: Context, slot: number): ListRegister | undefined {
  if (!c.state.loaded.has(slot)) return undefined;
  for (const { lists } of c.state.interfaces) {
    for (const list of lists) if (list.slot === slot) return list;
  }
  return undefined;
}

/**
 * Latches `slot` as pending.
 *
 * While it is in a list register and the guest has not taken it, a bare machine would merge the two; a VMM on seL4 cannot
 * read the list register and may deliver a second one, so the latch is then unsure.
 */
export function makePending(c: Context, slot: number, origin: number): void {
  const { pending, unsure, loaded } = c.state;
  const timer = timerOf(c, slot);
  if (timer !== undefined) timer.alone = timer.fell = false;
  const wasSure = pending.has(slot) && !unsure.has(slot);
  unsure.assign(slot, !wasSure && listOf(c, slot)?.pending === true);
  if (loaded.has(slot)) c.state.origin.put(slot, origins.again);
  else if (!pending.has(slot)) c.state.origin.put(slot, origin);
  pending.set(slot);
}

/** The virtual timer whose interrupt `slot` is, if it is one's. */
const timerOf = (c: Context, slot: number): TimerLine | undefined =>
  slot < privateSlots && intidOf(slot) === c.config.virtualTimer ? c.state.timer(slot >>> 5) : undefined;

/** Latches `slot` as pending, or not: the sources leave it open. */
export function perhapsMakePending(c: Context, slot: number, origin: number): void {
  const { pending, unsure } = c.state;
  if (pending.has(slot)) return;
  c.state.origin.put(slot, origin);
  pending.set(slot);
  unsure.set(slot);
}

/** Whether `slot` is pending for each of its senders: an SGI of a GICv2. */
const hasSenders = (c: Context, slot: number): boolean =>
  c.config.gic === 2 && slot < privateSlots && (slot & 31) < 16;

/** Brings the pending bit of an SGI in line with its senders. */
function updateSgi(c: Context, slot: number): void {
  const { pending, unsure, sgis } = c.state;
  const isPending = sgis.mayBePending(slot);
  pending.assign(slot, isPending);
  unsure.assign(slot, isPending && sgis.mayBeIdle(slot));
}

/** An SGI from `source` to `target` (IHI 0048B, 4.3.15; 4.3.17: pending is kept for each source). */
export function makeSgiPending(c: Context, target: number, sgi: number, source: number): void {
  const { sgis, origin, pending } = c.state;
  const slot = target * 32 + sgi;
  const list = listOf(c, slot);
  if (!pending.has(slot)) origin.put(slot, list === undefined ? origins.sgi : origins.again);
  sgis.add(slot, source, list?.sure === false);
  updateSgi(c, slot);
}

/** Takes back an SGI from the vCPUs in `senders` (IHI 0048B, 4.3.16). */
export function clearSgi(c: Context, target: number, sgi: number, senders: number): void {
  const slot = target * 32 + sgi;
  c.state.sgis.remove(slot, senders);
  updateSgi(c, slot);
}

/** One of what is pending leaves the distributor for a list register. */
export function moveToList(c: Context, slot: number, how: 'surely' | 'if any' | 'perhaps'): void {
  if (hasSenders(c, slot)) {
    c.state.sgis.load(slot, how);
    updateSgi(c, slot);
  } else {
    c.state.pending.clear(slot);
    c.state.unsure.clear(slot);
  }
}

/** The model's guess, that it is in a list register, was wrong. */
export function moveBack(c: Context, slot: number): void {
  if (hasSenders(c, slot)) {
    c.state.sgis.unload(slot);
    updateSgi(c, slot);
  } else c.state.pending.set(slot);
}

/** The guest takes it: from a list register, or where there are none from the distributor, which says whose it is. */
export function takePending(c: Context, slot: number, list: ListRegister | undefined, sender: number): void {
  const { sgis, pending } = c.state;
  if (!hasSenders(c, slot)) {
    if (list === undefined) pending.clear(slot);
    return;
  }
  if (list === undefined) sgis.takenFrom(slot, sender);
  else sgis.taken(slot);
  updateSgi(c, slot);
}

/** An unsure latch was seen not to stand. */
export function dropUnsure(c: Context, slot: number): void {
  c.state.pending.clear(slot);
  c.state.unsure.clear(slot);
  if (hasSenders(c, slot)) c.state.sgis.idle(slot);
}

/** The latch falls. What is in a list register stays there: seL4 gives no way to take it back. */
export function clearPending(c: Context, slot: number): void {
  const { pending, unsure, waited, loaded } = c.state;
  const release = pending.has(slot) && !loaded.has(slot);
  pending.clear(slot);
  unsure.clear(slot);
  waited.clear(slot);
  const timer = timerOf(c, slot);
  if (timer !== undefined) timer.alone = false;
  loosen(c, slot);
  if (release) releaseHardware(c, slot);
  else if (loaded.has(slot)) mayRelease(c, slot);
}

/** Of what is discarded while another of it is in a list register, the VMM may let go at once, or at that one's end. */
function mayRelease(c: Context, slot: number): void {
  const registration = c.state.registrations.get(slot);
  if (registration?.kind === 'passthrough') c.optionalIrqAcks.push(registration.channel);
  const timer = timerOf(c, slot);
  if (timer === undefined) return;
  c.optionalVppiAcks.push(slot >>> 5);
  timer.open ||= !c.config.seesKernel;
}

/**
 * The guest no longer wants `slot`. Where loads are not seen it may still have been in the distributor, where that can be
 * obeyed, though the model has it in a list register.
 */
export function loosen(c: Context, slot: number): void {
  const list = c.config.seesKernel ? undefined : listOf(c, slot);
  if (list?.pending) list.sure = false;
}

/** The interrupt is over: a hardware interrupt behind it may come again. */
export function releaseHardware(c: Context, slot: number): void {
  const { state } = c;
  const channel = state.masked.get(slot);
  const registration = state.registrations.get(slot);
  if (channel !== undefined) {
    state.masked.delete(slot);
    c.irqAcks.push(channel);
  } else if (registration?.kind === 'passthrough') c.optionalIrqAcks.push(registration.channel);
  const timer = timerOf(c, slot);
  if (timer === undefined) return;
  timer.alone = timer.open = false;
  const vcpu = slot >>> 5;
  (state.timerMasked.delete(vcpu) ? c.vppiAcks : c.optionalVppiAcks).push(vcpu);
}
