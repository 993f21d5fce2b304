// SPDX-License-Identifier: BSD-2-Clause
/** The interrupts of a vCPU that calls CPU_OFF while others run (IHI 0048B, 3.2.4; DEN 0022, CPU_OFF). */
import type { Context } from './context.js';
import { moveBack, origins, releaseHardware } from './pending.js';
import { type ListRegister, lowLine, resetInterface, unload } from './state.js';

/** An interrupt that was not taken is pending in the distributor again. */
function putBack(c: Context, list: ListRegister): void {
  const { state } = c;
  moveBack(c, list.slot);
  state.origin.put(list.slot, origins.left);
  if (!list.sure) state.unsure.set(list.slot);
}

/** An interrupt that was taken and not ended stays active. The guest has acknowledged it. */
function leaveActive(c: Context, list: ListRegister, vcpu: number): void {
  const { slot, intid } = list;
  c.state.active.set(slot);
  const registration = c.state.registrations.get(slot);
  if (registration?.kind === 'plain' && registration.ack)
    c.acks.push({ kind: 'ack', vcpu, irq: intid, cookie: registration.cookie });
  releaseHardware(c, slot);
}

function resetTimer(c: Context, vcpu: number): void {
  const { state, config } = c;
  const slot = vcpu * 32 + config.virtualTimer;
  for (const bits of [state.pending, state.unsure, state.active, state.waited]) bits.clear(slot);
  (state.timerMasked.delete(vcpu) ? c.vppiAcks : c.optionalVppiAcks).push(vcpu);
}

/** Resets `vcpu`, except for its state in the distributor. */
export function leave(c: Context, vcpu: number): void {
  const { state } = c;
  const cpu = state.cpu(vcpu);
  for (const list of [...cpu.lists]) {
    unload(state, cpu, list);
    if (list.active) leaveActive(c, list, vcpu);
    else putBack(c, list);
  }
  resetTimer(c, vcpu);
  state.interfaces[vcpu] = resetInterface();
  state.timers[vcpu] = lowLine();
  state.asleep[vcpu] = false;
}
