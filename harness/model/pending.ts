// SPDX-License-Identifier: BSD-2-Clause
/** Making interrupts pending, and taking that back (IHI 0048B, 3.2.2 to 3.2.4). */
import { lowest } from './bits.js';
import type { Context } from './context.js';
import { intidOf, type ListRegister, maxVcpus } from './state.js';

/** How an interrupt came to be pending; kept with it to tell which rule its delivery shows. */
export const origins = { vmm: 1, guest: 2, sgi: 3, again: 4 } as const;

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
 * While it is in a list register and the guest has not taken it, a bare machine would merge the two; a VMM on seL4 can't
 * read the list register and may deliver a second one, so the latch is then unsure.
 */
export function makePending(c: Context, slot: number, origin: number): void {
  const { pending, unsure, loaded } = c.state;
  const wasSure = pending.has(slot) && !unsure.has(slot);
  unsure.assign(slot, !wasSure && listOf(c, slot)?.pending === true);
  if (loaded.has(slot)) c.state.origin.put(slot, origins.again);
  else if (!pending.has(slot)) c.state.origin.put(slot, origin);
  pending.set(slot);
}

/** Brings the pending bit of an SGI in line with its sources. */
export function updateSgi(c: Context, slot: number): void {
  const { pending, unsure, sources, unsureSources, mixed } = c.state;
  pending.assign(slot, sources.get(slot) !== 0);
  unsure.assign(slot, sources.get(slot) !== 0 && (sources.get(slot) & ~unsureSources.get(slot)) === 0);
  if (sources.get(slot) !== 0) return;
  unsureSources.put(slot, 0);
  mixed.put(slot, 0);
}

/** An SGI from `source` to `target` (IHI 0048B, 4.3.15; 4.3.17: pending is kept for each source). */
export function makeSgiPending(c: Context, target: number, sgi: number, source: number): void {
  const { sources, unsureSources, origin } = c.state;
  const slot = target * 32 + sgi;
  const bit = 1 << source;
  const list = listOf(c, slot);
  const merges = list?.pending === true && (list.source === source || list.source < 0);
  if (!merges) unsureSources.put(slot, unsureSources.get(slot) & ~bit);
  else if ((sources.get(slot) & bit) === 0) unsureSources.put(slot, unsureSources.get(slot) | bit);
  if (sources.get(slot) === 0) origin.put(slot, list === undefined ? origins.sgi : origins.again);
  sources.put(slot, sources.get(slot) | bit);
  updateSgi(c, slot);
}

/** Takes back an SGI from the vCPUs in `taken`; `all` of them when no other can be left (IHI 0048B, 4.3.16). */
export function clearSgi(c: Context, target: number, sgi: number, taken: number, all: boolean): void {
  const { sources, unsureSources, mixed } = c.state;
  const slot = target * 32 + sgi;
  // Which source the VMM has put into the list register is not known, so neither is which of these is left.
  if (mixed.get(slot) && !all) unsureSources.put(slot, sources.get(slot));
  else sources.put(slot, sources.get(slot) & ~taken);
  updateSgi(c, slot);
}

/** One of an SGI's sources is on its way to the guest; gives which, or -1 when the VMM had a choice. */
export function dropSgiSource(c: Context, slot: number): number {
  const { sources, unsureSources, mixed } = c.state;
  const all = sources.get(slot);
  const sure = all & ~unsureSources.get(slot);
  const dropped = lowest(sure !== 0 ? sure : all);
  const only = (all & (all - 1)) === 0 && mixed.get(slot) === 0;
  sources.put(slot, all & ~(1 << dropped));
  unsureSources.put(slot, unsureSources.get(slot) & ~(1 << dropped));
  if (!only) mixed.put(slot, 1);
  updateSgi(c, slot);
  return only ? dropped : -1;
}

/** The latch falls. What is in a list register stays there: seL4 gives no way to take it back. */
export function clearPending(c: Context, slot: number): void {
  const { pending, unsure, waited, loaded } = c.state;
  const release = pending.has(slot) && !loaded.has(slot);
  pending.clear(slot);
  unsure.clear(slot);
  waited.clear(slot);
  loosen(c, slot);
  if (release) releaseHardware(c, slot);
  else if (loaded.has(slot)) mayRelease(c, slot);
}

/** Of what is discarded while another of it is in a list register, the VMM may let go at once, or at that one's end. */
function mayRelease(c: Context, slot: number): void {
  const registration = c.state.registrations.get(slot);
  if (registration?.kind === 'passthrough') c.optionalIrqAcks.push(registration.channel);
  if (slot < maxVcpus * 32 && intidOf(slot) === c.config.virtualTimer) c.optionalVppiAcks.push(slot >>> 5);
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
  const { state, config } = c;
  const channel = state.masked.get(slot);
  const registration = state.registrations.get(slot);
  if (channel !== undefined) {
    state.masked.delete(slot);
    c.irqAcks.push(channel);
  } else if (registration?.kind === 'passthrough') c.optionalIrqAcks.push(registration.channel);
  if (slot >= maxVcpus * 32 || intidOf(slot) !== config.virtualTimer) return;
  const vcpu = slot >>> 5;
  (state.timerMasked.delete(vcpu) ? c.vppiAcks : c.optionalVppiAcks).push(vcpu);
}
