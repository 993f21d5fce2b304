// SPDX-License-Identifier: BSD-2-Clause
/** The API calls on interrupts: init, register, inject, passthrough. */
import { guestRules, apiRules as rules } from './api-rules.js';
import type { Context } from './context.js';
import { isAimedAt } from './delivery.js';
import { makePending, origins } from './pending.js';
import type { Rule } from './rule.js';
import { privateSlots, slotOf } from './slots.js';
import type { Registration } from './state.js';
import type { HandleStep, InitStep, InjectStep, PassthroughStep, RegisterStep } from './step.js';

const bool = (result: bigint): boolean => (result & 0xffn) !== 0n;

export function init(c: Context, step: InitStep, result: bigint): void {
  const { state, ledger } = c;
  if (!c.isVcpu(step.cpu)) {
    ledger.equal(rules.initVcpu, bool(result), false);
    return;
  }
  ledger.equal(state.initialised ? rules.initAgain : rules.initOk, bool(result), true);
  state.initialised = true;
}

/** The rule by which a registration must be refused; `undefined` when it must be accepted. */
function objection(c: Context, vcpu: number, irq: number): Rule | undefined {
  if (!c.state.initialised) return rules.registerEarly;
  if (!c.isVcpu(vcpu)) return rules.registerVcpu;
  if (!c.isIntid(irq)) return rules.registerRange;
  if (irq < 16) return rules.registerSgi;
  return c.state.registrations.has(slotOf(vcpu, irq)) ? rules.registerTwice : undefined;
}

/** Sets the reset value of an SPI's target: the vCPU that it was registered for. */
export function aim(c: Context, slot: number, vcpu: number): void {
  if (c.config.gic === 3) c.state.routes[slot] = vcpu;
  else if (c.config.vcpus > 1) c.state.targets.put(slot, 1 << vcpu);
}

function add(c: Context, vcpu: number, irq: number, registration: Registration): void {
  const slot = slotOf(vcpu, irq);
  c.state.registrations.set(slot, registration);
  if (slot >= privateSlots) aim(c, slot, vcpu);
}

export function register(c: Context, step: RegisterStep, result: bigint): void {
  const { vcpu, irq, ack, cookie } = step;
  if (irq === c.config.virtualTimer && c.state.initialised) {
    // The API text does not say whether the VMM's own use of the timer counts as a registration.
    c.unpredictable = 'the virtual timer is registered by hand';
    return;
  }
  const against = objection(c, vcpu, irq);
  if (against !== undefined) {
    c.ledger.equal(against, bool(result), false);
    return;
  }
  c.ledger.equal(rules.registerOk, bool(result), true);
  add(c, vcpu, irq, { kind: 'plain', vcpu, ack, cookie, channel: -1 });
}

export function registerPassthrough(c: Context, step: PassthroughStep, result: bigint): void {
  const { vcpu, irq, channel } = step;
  const { state, ledger, config } = c;
  if (irq === config.virtualTimer && state.initialised) {
    c.unpredictable = 'the virtual timer is registered by hand';
    return;
  }
  const exists = channel >= 0 && channel < 64 && (config.irqChannels >> BigInt(channel)) & 1n;
  const badChannel = !exists || state.channels.has(channel);
  const against = objection(c, vcpu, irq);
  if (badChannel) {
    ledger.equal(rules.passthroughChannel, bool(result), false);
    return;
  }
  if (against !== undefined) {
    ledger.equal(rules.passthroughBad, bool(result), false);
    return;
  }
  ledger.equal(rules.passthroughOk, bool(result), true);
  add(c, vcpu, irq, { kind: 'passthrough', vcpu, ack: false, cookie: 0, channel });
  state.channels.set(channel, slotOf(vcpu, irq));
}

/** Whether `slot` and its group are enabled. */
function isForwarded({ state }: Context, slot: number): boolean {
  return state.enabled.has(slot) && (state.control & (state.group.has(slot) ? 2 : 1)) !== 0;
}

/** Whether `slot` has a target. Without one, the result of an injection is open. */
function hasTarget(c: Context, slot: number): boolean {
  for (let vcpu = 0; vcpu < c.config.vcpus; vcpu += 1) if (isAimedAt(c, slot, vcpu)) return true;
  return false;
}

/** Makes a registered interrupt pending and judges the result of the call. */
function injectSlot(c: Context, slot: number, ok: Rule, result: bigint): void {
  const { state, ledger } = c;
  const forwarded = isForwarded(c, slot);
  if (hasTarget(c, slot)) ledger.equal(forwarded ? ok : rules.injectDisabled, bool(result), forwarded);
  if (forwarded && !state.edge.has(slot)) ledger.hold(rules.injectPulse);
  if (state.startedAgain) ledger.hold(guestRules.restartRegistrations);
  makePending(c, slot, origins.vmm);
}

export function inject(c: Context, step: InjectStep, result: bigint): void {
  const { vcpu, irq } = step;
  const { state, ledger } = c;
  const slot = c.isVcpu(vcpu) && c.isIntid(irq) ? slotOf(vcpu, irq) : -1;
  if (irq === c.config.virtualTimer && state.initialised) {
    c.unpredictable = 'the virtual timer is injected by hand';
    return;
  }
  const registration = state.registrations.get(slot);
  if (registration === undefined || registration.vcpu !== vcpu) {
    ledger.equal(rules.injectUnknown, bool(result), false);
    return;
  }
  injectSlot(c, slot, rules.injectOk, result);
}

export function handle(c: Context, step: HandleStep, result: bigint): void {
  const { state, ledger } = c;
  const slot = state.channels.get(step.channel);
  if (slot === undefined) {
    ledger.equal(rules.handleUnknown, bool(result), false);
    return;
  }
  state.masked.set(slot, step.channel);
  injectSlot(c, slot, rules.handleOk, result);
}
