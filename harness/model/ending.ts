// SPDX-License-Identifier: BSD-2-Clause
/** The guest ends an interrupt that it has taken: priority drop, deactivation, and what the VMM must do then. */
import type { Context } from './context.js';
import { ackRules } from './interface-rules.js';
import { releaseHardware } from './pending.js';
import { control } from './preemption.js';
import { slotOf } from './slots.js';
import { unload } from './state.js';

/** The guest writes the value that it took last to GICC_EOIR. */
export function end(c: Context, vcpu: number): void {
  const cpu = c.state.cpu(vcpu);
  const value = cpu.taken.pop();
  if (value === undefined) return;
  cpu.running.pop();
  if (cpu.control & control.endMode) cpu.ended.push(value);
  else finish(c, vcpu, value & 0x3ff);
}

/** The guest writes the value that it ended last to GICC_DIR. */
export function deactivate(c: Context, vcpu: number): void {
  const cpu = c.state.cpu(vcpu);
  const value = cpu.ended.pop();
  if (value === undefined) return;
  if ((cpu.control & control.endMode) === 0) c.unpredictable = 'GICC_DIR is written while EOImode is clear';
  else finish(c, vcpu, value & 0x3ff);
}

/** The interrupt becomes inactive. The VMM gets a maintenance event and calls the ack function. */
function finish(c: Context, vcpu: number, intid: number): void {
  const { state } = c;
  const slot = slotOf(vcpu, intid);
  state.active.clear(slot);
  if (c.config.witness === 'bare') return;
  const cpu = state.cpu(vcpu);
  const list = cpu.lists.find((held) => held.slot === slot && held.active);
  if (list === undefined) return;
  unload(state, cpu, list);
  const registration = state.registrations.get(slot);
  if (registration?.kind === 'plain' && registration.ack)
    c.acks.push({ kind: 'ack', vcpu, irq: intid, cookie: registration.cookie });
  else if (registration?.kind === 'plain') c.ledger.hold(ackRules.none);
  releaseHardware(c, slot);
}
