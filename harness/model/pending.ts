// SPDX-License-Identifier: BSD-2-Clause
/** Setting and clearing the pending state of interrupts (IHI 0048B, 3.2.2 to 3.2.4). */
import type { Context } from './context.js';
import { intidOf, privateSlots } from './slots.js';
import type { ListRegister, TimerLine } from './state.js';

/**
 * Why an interrupt is pending. Decides which rule its delivery exercises, or breaks when it does not come.
 *
 * `vmm`: injected. `guest`: set in GICD_ISPENDR. `sgi`: sent. `again`: made pending while it was in a list register.
 * `left`: put back by CPU_OFF of the vCPU that had it.
 */
export const origins = { vmm: 1, guest: 2, sgi: 3, again: 4, left: 5 } as const;

/** The list register that holds `slot`, of any vCPU. */
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
 * A GIC merges this with an interrupt that is already pending. When that one is in a list register, a VMM on seL4
 * cannot read whether the guest has taken it, and may deliver a second one. The latch is then unsure.
 */
export function makePending(c: Context, slot: number, origin: number): void {
  const { pending, unsure, loaded } = c.state;
  const timer = timerOf(c, slot);
  if (timer !== undefined) {
    timer.alone = timer.fell = false;
    timer.both ||= origin === origins.guest && (timer.high || loaded.has(slot));
  }
  const wasSure = pending.has(slot) && !unsure.has(slot);
  unsure.assign(slot, !wasSure && listOf(c, slot)?.pending === true);
  if (loaded.has(slot)) c.state.origin.put(slot, origins.again);
  else if (!pending.has(slot)) c.state.origin.put(slot, origin);
  pending.set(slot);
}

/** The virtual timer whose interrupt `slot` is; `undefined` for any other interrupt. */
const timerOf = (c: Context, slot: number): TimerLine | undefined =>
  slot < privateSlots && intidOf(slot) === c.config.virtualTimer ? c.state.timer(slot >>> 5) : undefined;

/** Latches `slot` as pending or not: the sources leave it open, so the latch is unsure. */
export function perhapsMakePending(c: Context, slot: number, origin: number): void {
  const { pending, unsure } = c.state;
  if (pending.has(slot)) return;
  c.state.origin.put(slot, origin);
  pending.set(slot);
  unsure.set(slot);
}

/** Whether `slot` is pending for each sender separately: an SGI of a GICv2. */
const hasSenders = (c: Context, slot: number): boolean =>
  c.config.gic === 2 && slot < privateSlots && (slot & 31) < 16;

/** Derives the pending bit of an SGI from its senders. */
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

/** Clears the pending state of an SGI for the vCPUs in `senders` (IHI 0048B, 4.3.16). */
export function clearSgi(c: Context, target: number, sgi: number, senders: number): void {
  const slot = target * 32 + sgi;
  c.state.sgis.remove(slot, senders);
  updateSgi(c, slot);
}

/** Clears the latch of an interrupt that has moved to a list register; of an SGI, that of one sender. */
export function moveToList(c: Context, slot: number, how: 'surely' | 'if any' | 'perhaps'): void {
  if (hasSenders(c, slot)) {
    c.state.sgis.load(slot, how);
    updateSgi(c, slot);
  } else {
    c.state.pending.clear(slot);
    c.state.unsure.clear(slot);
  }
}

/** Undoes {@link moveToList}: the assumption that the VMM has loaded the interrupt was wrong. */
export function moveBack(c: Context, slot: number): void {
  if (hasSenders(c, slot)) {
    c.state.sgis.unload(slot);
    updateSgi(c, slot);
  } else c.state.pending.set(slot);
}

/** The guest takes an interrupt: from a list register, or on a bare machine from the distributor, with its sender. */
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

/** Clears an unsure latch after an observation that it was not set. */
export function dropUnsure(c: Context, slot: number): void {
  c.state.pending.clear(slot);
  c.state.unsure.clear(slot);
  if (hasSenders(c, slot)) c.state.sgis.idle(slot);
}

/** Clears the latch. A list register keeps its interrupt: seL4 has no way to withdraw it. */
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

/**
 * Allows an acknowledgement to the kernel: the latch was cleared while the same interrupt is in a list register. The
 * VMM may acknowledge at once, or when the guest ends that interrupt.
 */
function mayRelease(c: Context, slot: number): void {
  const registration = c.state.registrations.get(slot);
  if (registration?.kind === 'passthrough') c.optionalIrqAcks.push(registration.channel);
  const timer = timerOf(c, slot);
  if (timer === undefined) return;
  c.optionalVppiAcks.push(slot >>> 5);
  timer.open ||= !c.config.seesKernel;
}

/**
 * The guest has disabled or cleared `slot`. The model may have it in a list register by assumption while it is in fact
 * in the distributor, where the VMM can obey. Its list register is therefore no longer sure.
 */
export function loosen(c: Context, slot: number): void {
  const list = c.config.seesKernel ? undefined : listOf(c, slot);
  if (list?.pending) list.sure = false;
}

/** The interrupt is over: the VMM must acknowledge the hardware interrupt behind it. */
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
